package dev.glimpse.training;

/** A part of a data set. */
public enum DataPart {
    /** What models learn from; all there is of pictures in folders. */
    TRAIN,
    /** What is kept from them. */
    TEST
}
