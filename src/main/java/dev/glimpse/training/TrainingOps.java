package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import dev.glimpse.model.TorchScriptArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The operations of training that DJL lacks or does one parameter at a time, as a second emitted module: losses, the
 * Heun step, gradients of chosen tensors, Adam and the moving average over whole lists.
 *
 * <p>Confined to the thread that loaded it.
 */
final class TrainingOps implements AutoCloseable {
    private static final String SOURCE = """
              def dsm(self, d: Tensor, x0: Tensor, weight: Tensor) -> Tensor:
                e = torch.mean(torch.pow(torch.sub(d, x0), 2), [1, 2, 3])
                return torch.mean(torch.mul(e, weight))
              def huber(self, a: Tensor, b: Tensor, c: float) -> Tensor:
                d = torch.sum(torch.pow(torch.sub(a, b), 2), [1, 2, 3])
                return torch.mean(torch.sub(torch.sqrt(torch.add(d, torch.mul(c, c))), c))
              def euler(self, x: Tensor, d: Tensor, t: Tensor, u: Tensor) -> Tensor:
                slope = torch.div(torch.sub(x, d), torch.reshape(t, [-1, 1, 1, 1]))
                return torch.add(x, torch.mul(slope, torch.reshape(torch.sub(u, t), [-1, 1, 1, 1])))
              def heun(self, x: Tensor, d: Tensor, t: Tensor, x2: Tensor, d2: Tensor, u: Tensor) -> Tensor:
                first = torch.div(torch.sub(x, d), torch.reshape(t, [-1, 1, 1, 1]))
                second = torch.div(torch.sub(x2, d2), torch.reshape(u, [-1, 1, 1, 1]))
                half = torch.mul(torch.reshape(torch.sub(u, t), [-1, 1, 1, 1]), 0.5)
                return torch.add(x, torch.mul(torch.add(first, second), half))
              def balance(self, a: Tensor, b: Tensor) -> Tensor:
                n = torch.linalg_vector_norm(a, 2)
                m = torch.linalg_vector_norm(b, 2)
                return torch.detach(torch.clamp(torch.div(n, torch.add(m, 0.0001)), 0., 10000.))
              def weigh(self, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
                return torch.add(a, torch.mul(b, k))
              def grad(self, y: Tensor, xs: List[Tensor], retain: bool) -> List[Optional[Tensor]]:
                return torch.autograd.grad([y], xs, None, retain, False, True)
              def accumulate(self, into: List[Tensor], other: List[Tensor]) -> Tensor:
                torch._foreach_add_(into, other)
                return into[0]
              def norm(self, g: List[Tensor], k: float) -> Tensor:
                torch._foreach_mul_(g, k)
                return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
              def adam(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], \
            step: List[Tensor], lr: float) -> Tensor:
                torch._foreach_add_(step, 1.0)
                none = annotate(List[Tensor], [])
                torch._fused_adam_(p, g, m, v, none, step, lr=lr, beta1=0.9, beta2=0.999, weight_decay=0., \
            eps=1.0e-08, amsgrad=False, maximize=False)
                return step[0]
              def ema(self, e: List[Tensor], p: List[Tensor], w: float) -> Tensor:
                torch._foreach_lerp_(e, p, w)
                return e[0]
            """;

    private final NDManager manager;
    private final PtSymbolBlock module;

    TrainingOps(Device device) {
        manager = Engine.getEngine("PyTorch").newBaseManager(device);
        JniUtils.setGraphExecutorOptimize(false);
        try {
            module = JniUtils.loadModule(
                    (PtNDManager) manager, new ByteArrayInputStream(TorchScriptArchive.of(SOURCE)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Calls an operation on tensors; the result belongs to {@code owner}. */
    NDArray call(NDManager owner, String method, NDArray... inputs) {
        IValue[] arguments = new IValue[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            arguments[i] = IValue.from((PtNDArray) inputs[i]);
        }
        return call(owner, method, arguments);
    }

    /** Calls an operation on any arguments and closes them; the result belongs to {@code owner}. */
    NDArray call(NDManager owner, String method, IValue... arguments) {
        try (IValue result = TorchMethods.run(module, method, true, arguments)) {
            return result.toTensor((PtNDManager) owner);
        } finally {
            close(arguments);
        }
    }

    /** Pseudo-Huber distance of Song and Dhariwal (2023) per picture, averaged: sqrt(|a - b|^2 + c^2) - c. */
    NDArray huber(NDManager owner, NDArray a, NDArray b, double c) {
        return call(owner, "huber", IValue.from((PtNDArray) a), IValue.from((PtNDArray) b), IValue.from(c));
    }

    /** Gradients of a scalar with respect to some tensors; nothing is accumulated in them. */
    NDArray[] grad(NDManager owner, NDArray y, boolean retainGraph, NDArray... xs) {
        IValue[] arguments = {IValue.from((PtNDArray) y), list(xs), IValue.from(retainGraph)};
        try (IValue result = TorchMethods.run(module, "grad", true, arguments)) {
            return result.toNDList((PtNDManager) owner).toArray(new NDArray[0]);
        } finally {
            close(arguments);
        }
    }

    static IValue list(NDArray... arrays) {
        PtNDArray[] tensors = new PtNDArray[arrays.length];
        System.arraycopy(arrays, 0, tensors, 0, arrays.length);
        return IValue.listFrom(tensors);
    }

    private static void close(IValue... arguments) {
        for (IValue argument : arguments) {
            argument.close();
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
