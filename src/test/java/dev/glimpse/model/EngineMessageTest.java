package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import dev.glimpse.testing.NoRoom;
import org.junit.jupiter.api.Test;

class EngineMessageTest {
    @Test
    void tracebackIsLeftOut() {
        EngineException failure = NoRoom.onTheCpu();

        assertThat(failure).hasMessageContaining("Traceback");
        assertThat(EngineMessage.of(failure)).endsWith(NoRoom.CPU_LINE).doesNotContain("Traceback", "\n");
        assertThat(EngineMessage.of(NoRoom.onAGpu())).isEqualTo(NoRoom.GPU_LINE);
    }

    @Test
    void messageWithoutATracebackStaysAsItIs() {
        assertThat(EngineMessage.of(new EngineException("one\nRuntimeError: two")))
                .isEqualTo("one\nRuntimeError: two");
        assertThat(EngineMessage.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void lackOfMemoryIsFoundWhereverItIsTheCause() {
        assertThat(EngineMessage.shortage(NoRoom.onTheCpu()))
                .hasValueSatisfying(line -> assertThat(line).endsWith(NoRoom.CPU_LINE));
        assertThat(EngineMessage.shortage(new IllegalStateException("a block failed", NoRoom.onAGpu())))
                .contains(NoRoom.GPU_LINE);
    }

    @Test
    void lackOfALibrarysMemoryIsOneToo() {
        String line = "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`";

        assertThat(EngineMessage.shortage(new EngineException(line))).contains(line);
    }

    @Test
    void messageOfATracebackThatNamesNothingStaysAsItIs() {
        String message = "The following operation failed in the TorchScript interpreter.\nRuntimeError: \n";

        assertThat(EngineMessage.of(new EngineException(message))).isEqualTo(message);
    }

    @Test
    void otherFailuresAreNoLackOfMemory() {
        assertThat(EngineMessage.shortage(new EngineException("shapes do not fit")))
                .isEmpty();
        assertThat(EngineMessage.shortage(new IllegalStateException("out of memory")))
                .isEmpty();
    }
}
