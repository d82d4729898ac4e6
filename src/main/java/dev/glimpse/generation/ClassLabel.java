package dev.glimpse.generation;

/** The class a client asks for, by its number or by its name, and the field that said so. */
public sealed interface ClassLabel {
    /** The class with this index in the model's list of labels. */
    record Index(int value, String field) implements ClassLabel {
        public Index(int value) {
            this(value, "class_index");
        }
    }

    /** The class with this name in the model's list of labels; case does not matter. */
    record Name(String value, String field) implements ClassLabel {
        public Name(String value) {
            this(value, "class_name");
        }
    }
}
