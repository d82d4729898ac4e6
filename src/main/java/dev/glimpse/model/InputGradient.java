package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The product of a vector with a computed result's Jacobian, which DJL cannot ask the engine for: a module of its own,
 * so that it works on the result of any network.
 *
 * <p>Confined to the thread that loaded it.
 */
final class InputGradient implements AutoCloseable {
    private static final String SOURCE = """
              def product(self, y: Tensor, x: Tensor, v: Tensor) -> List[Optional[Tensor]]:
                return torch.autograd.grad([torch.sum(torch.mul(y, v))], [x], None, True, False, True)
            """;

    private final PtSymbolBlock module;

    /**
     * Loads the module.
     *
     * @param manager owns what belongs to the module
     */
    InputGradient(NDManager manager) {
        try {
            module = JniUtils.loadModule(
                    (PtNDManager) manager, new ByteArrayInputStream(TorchScriptArchive.of(SOURCE)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /**
     * J^T v with J = dy/dx. May be asked again for the same y.
     *
     * @param y computed from x in grad mode
     * @param x an array that requires a gradient, of y's shape
     * @param v of y's shape
     * @return of x's shape, owned by x's manager
     */
    NDArray product(NDArray y, NDArray x, NDArray v) {
        try (IValue result = IValue.from((PtNDArray) y);
                IValue input = IValue.from((PtNDArray) x);
                IValue vector = IValue.from((PtNDArray) v);
                IValue products = TorchMethods.run(module, "product", true, result, input, vector)) {
            return products.toNDList((PtNDManager) x.getManager()).singletonOrThrow();
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
