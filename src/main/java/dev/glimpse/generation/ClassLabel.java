package dev.glimpse.generation;

/** The class a client asks for, by its number or by its name. */
public sealed interface ClassLabel {
    /** The class with this index in the model's list of labels. */
    record Index(int value) implements ClassLabel {}

    /** The class with this name in the model's list of labels; case does not matter. */
    record Name(String value) implements ClassLabel {}
}
