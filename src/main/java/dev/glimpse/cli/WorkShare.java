package dev.glimpse.cli;

/**
 * One of the equal parts that the samples or pictures of a command are cut into, each for a process of its own.
 *
 * @param index from 0
 * @param parts how many there are
 */
record WorkShare(int index, int parts) {
    /** Reads {@code --shard}, such as 0/4. */
    static WorkShare parse(String text) {
        if (text.matches("[0-9]{1,6}/[0-9]{1,6}")) {
            int slash = text.indexOf('/');
            int index = Integer.parseInt(text.substring(0, slash));
            int parts = Integer.parseInt(text.substring(slash + 1));
            if (index < parts) {
                return new WorkShare(index, parts);
            }
        }
        throw new WrongInputException("--shard", text, "I/N with I in 0..N-1, such as 0/4");
    }

    /** Index of the share's first sample, or block of samples. */
    int from(int all) {
        return (int) ((long) all * index / parts);
    }

    /** Index behind the shard's last one. */
    int to(int all) {
        return (int) ((long) all * (index + 1) / parts);
    }
}
