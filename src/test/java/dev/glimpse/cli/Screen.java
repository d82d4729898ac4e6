package dev.glimpse.cli;

import java.util.ArrayList;
import java.util.List;

/** What a terminal shows of what was printed to it, as far as lines that rewrite themselves go. */
final class Screen {
    private final int columns;
    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private int column;
    private boolean wraps = true;

    private Screen(int columns) {
        this.columns = columns;
    }

    static Screen after(int columns, String text) {
        Screen screen = new Screen(columns);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\033') {
                int end = i + 1;
                while (!Character.isLetter(text.charAt(end))) {
                    end++;
                }
                screen.steer(text.substring(i + 1, end + 1));
                i = end;
            } else {
                screen.put(text.charAt(i));
            }
        }
        return screen;
    }

    /** From top to bottom, without the blanks at their ends. */
    List<String> rows() {
        return rows.stream().map(row -> row.toString().stripTrailing()).toList();
    }

    boolean wraps() {
        return wraps;
    }

    private void steer(String sequence) {
        switch (sequence) {
            case "[K" -> row().setLength(Math.min(row().length(), column));
            case "[?7l" -> wraps = false;
            case "[?7h" -> wraps = true;
            default -> throw new AssertionError("unknown: ESC " + sequence);
        }
    }

    private void put(char c) {
        if (c == '\r') {
            column = 0;
        } else if (c == '\n') {
            rows.add(new StringBuilder());
            column = 0;
        } else {
            if (column == columns && wraps) {
                put('\n');
            }
            column = Math.min(column, columns - 1);
            if (column == row().length()) {
                row().append(' ');
            }
            row().setCharAt(column++, c);
            column = wraps ? column : Math.min(column, columns - 1);
        }
    }

    private StringBuilder row() {
        return rows.get(rows.size() - 1);
    }
}
