package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FramePictureTest {
    private static final int READERS = 32;

    private final FramePicture picture = new FramePicture(new float[] {1, 2, 3});

    @Test
    void readersAtTheSameTimeHaveItEncodedOnce() throws Exception {
        AtomicInteger encodings = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(READERS);
        Callable<byte[]> reader = () -> {
            ready.countDown();
            ready.await();
            return picture.image(values -> {
                encodings.incrementAndGet();
                return new byte[] {(byte) values.length};
            });
        };
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<byte[]>> images = threads.invokeAll(Collections.nCopies(READERS, reader));
            for (Future<byte[]> image : images) {
                assertThat(image.get())
                        .containsExactly(3)
                        .isSameAs(images.get(0).get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(encodings).hasValue(1);
    }

    @Test
    void holdsItsValuesUntilItIsEncodedAndItsBytesFromThenOn() {
        assertThat(picture.bytes()).isEqualTo(3L * Float.BYTES);
        picture.image(values -> new byte[] {7});
        assertThat(picture.bytes()).isEqualTo(1);
    }

    @Test
    void encodingThatFailedIsTriedAgainByTheNextReader() {
        assertThatThrownBy(() -> picture.image(values -> {
                    throw new IllegalStateException("no memory");
                }))
                .hasMessage("no memory");
        assertThat(picture.image(values -> new byte[] {(byte) values.length})).containsExactly(3);
    }
}
