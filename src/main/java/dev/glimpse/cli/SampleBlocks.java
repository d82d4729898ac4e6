package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureNetwork;

/** The cut of an evaluation's samples into blocks: each is drawn at once, and a shard is some of them. */
sealed interface SampleBlocks {
    /** Number of blocks. */
    int count();

    /** Index of a block's first sample; that of block {@link #count} is the number of all samples. */
    int first(int block);

    /** Number of the block that begins with a sample, or else of the next one. */
    default int from(int sample) {
        int block = 0;
        while (first(block) < sample) {
            block++;
        }
        return block;
    }

    /**
     * As many as a feature network looks at together, of any classes.
     *
     * @param samples all, at least 1
     */
    record Batches(int samples) implements SampleBlocks {
        @Override
        public int count() {
            return (samples + FeatureNetwork.BATCH - 1) / FeatureNetwork.BATCH;
        }

        @Override
        public int first(int block) {
            return Math.min(samples, block * FeatureNetwork.BATCH);
        }
    }

    /**
     * At most {@link #MOST} of one class, the classes in turns; the first of them have one sample more than the others
     * where there is no other way.
     *
     * @param samples all, at least one of each class
     * @param classes of the model
     */
    record Groups(int samples, int classes) implements SampleBlocks {
        /** The samples of a class among the official script's 50,000 of ImageNet (spec 5.2). */
        static final int MOST = 50;

        @Override
        public int count() {
            int rounds = (samples + MOST * classes - 1) / (MOST * classes);
            return rounds * classes;
        }

        @Override
        public int first(int block) {
            return block * fewest() + Math.min(block, samples % count());
        }

        /** Samples of the smallest block. */
        int fewest() {
            return samples / count();
        }

        /** The class that a block's samples are of. */
        int label(int block) {
            return block % classes;
        }
    }
}
