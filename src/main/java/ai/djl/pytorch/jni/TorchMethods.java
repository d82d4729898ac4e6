package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtSymbolBlock;

/**
 * The one door into DJL's PyTorch binding that DJL itself keeps closed: running a module's method with gradients.
 *
 * <p>DJL's public {@link IValueUtils#runMethod} always runs in inference mode, whose results no gradient can pass. This
 * class lives in DJL's package because the native call and the constructor of {@link IValue} are package-private there.
 */
public final class TorchMethods {
    private TorchMethods() {}

    /**
     * Runs a method of a TorchScript module.
     *
     * @param module the module that has the method
     * @param method its name
     * @param gradients true: the thread's grad mode decides and results may be part of a graph; false: inference mode
     * @param arguments tensors, lists and numbers in the method's order; stay the caller's
     * @return the result; the caller closes it
     */
    public static IValue run(PtSymbolBlock module, String method, boolean gradients, IValue... arguments) {
        long[] handles = new long[arguments.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = arguments[i].getHandle();
        }
        return new IValue(PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, gradients, false));
    }
}
