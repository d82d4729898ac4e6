package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawingTest {
    @ParameterizedTest
    @CsvSource({
        "TERM=xterm-kitty, kitty",
        "TERM=xterm-256color KITTY_WINDOW_ID=1, kitty",
        "TERM=xterm-ghostty, kitty",
        "TERM=xterm-256color TERM_PROGRAM=WezTerm, kitty",
        "TERM=foot, sixel",
        "TERM=mlterm, sixel",
        "TERM=xterm-sixel, sixel",
        "TERM=xterm-256color TERM_PROGRAM=iTerm.app, sixel",
        "TERM=xterm-256color, blocks",
        "COLUMNS=80, blocks",
        "TERM=dumb, none",
        "TERM=screen-256color KITTY_WINDOW_ID=1, blocks",
        "TERM=xterm-kitty TMUX=/run/tmux, blocks",
    })
    void whatATerminalSaysOfItselfDecides(String environment, Drawing expected) {
        Map<String, String> variables = Arrays.stream(environment.split(" "))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

        assertThat(Drawing.auto.resolve(variables, true)).isEqualTo(expected);
    }

    @Test
    void nothingIsDrawnWhereThereIsNoTerminal() {
        assertThat(Drawing.auto.resolve(Map.of("TERM", "xterm-kitty"), false)).isEqualTo(Drawing.none);
    }

    @Test
    void whatIsAskedForIsDrawnAnywhere() {
        assertThat(Drawing.sixel.resolve(Map.of("TERM", "xterm-kitty"), false)).isEqualTo(Drawing.sixel);
    }
}
