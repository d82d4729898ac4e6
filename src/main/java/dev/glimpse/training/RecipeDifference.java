package dev.glimpse.training;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The first thing in which a recipe differs from the one that a run began with; both as records print themselves. */
final class RecipeDifference {
    private static final String RECIPE = "recipe";
    private static final String NONE = "none";

    /** Parts of a recipe as they were before recipes could say them: checkpoints of earlier versions lack them. */
    private static final Pattern UNSAID =
            Pattern.compile(", (lastJumpT=OptionalDouble\\.empty|clip=false|firstShare=0\\.0|lastShare=0\\.0"
                    + "|simulation=null)(?=[,\\]])");

    private RecipeDifference() {}

    /**
     * Refuses to go on with another recipe.
     *
     * @throws IllegalArgumentException naming the first part that is not the same
     */
    static void requireNone(String was, String now) {
        List<String> before = components(was);
        List<String> after = components(now);
        int same = 0;
        while (same < Math.min(before.size(), after.size())
                && open(before.get(same)).equals(open(after.get(same)))) {
            same++;
        }
        before = before.subList(same, before.size());
        after = after.subList(same, after.size());
        if (!before.isEmpty() || !after.isEmpty()) {
            refuse(before, after);
        }
    }

    private static List<String> components(String recipe) {
        return List.of(UNSAID.matcher(recipe).replaceAll("").split(", "));
    }

    /** @param before the components from the first one on that is not the same */
    private static void refuse(List<String> before, List<String> after) {
        String one = before.isEmpty() ? NONE : before.get(0);
        String other = after.isEmpty() ? NONE : after.get(0);
        // What one recipe alone says stands beside something else in the other, which is no different for that.
        if (isMissing(other, before)) {
            refuse("with " + part(other), NONE);
        }
        if (isMissing(one, after)) {
            refuse("without " + name(one), part(one));
        }
        // Elements of a list have no name of their own.
        if (!name(one).isEmpty() && name(one).equals(name(other)) && !part(one).equals(part(other))) {
            refuse("with " + part(other), part(one));
        }
        // Where only the kind of a part differs, its name stands before the bracket.
        boolean kind = key(one).equals(key(other));
        refuse("with " + (kind ? other : key(other)), kind ? one : key(one));
    }

    private static void refuse(String another, String began) {
        TrainingRecipe.require(false, RECIPE, "another, " + another, began + ", as when the run began");
    }

    private static boolean isMissing(String component, List<String> others) {
        String name = name(component);
        return !name.isEmpty() && others.stream().noneMatch(other -> name(other).equals(name));
    }

    /**
     * A component without the brackets that close records behind it, where another one may follow in another version.
     */
    private static String open(String component) {
        return component.replaceAll("]+$", "");
    }

    /** What a component's first value is called in recipes; empty where it is one of a list. */
    private static String name(String component) {
        int equals = component.indexOf('=');
        return equals < 0 ? "" : word(component.substring(component.lastIndexOf('[', equals) + 1, equals));
    }

    /** A component's name, and its value where that is a plain one. */
    private static String part(String component) {
        String value = component.substring(component.indexOf('=') + 1);
        return value.contains("[") ? name(component) : name(component) + ": " + open(value);
    }

    /** The last value of a component with its name, as recipes write it. */
    private static String key(String component) {
        String inner = component.substring(component.lastIndexOf('[') + 1).replace("]", "");
        int equals = inner.indexOf('=');
        return equals < 0 ? inner : word(inner.substring(0, equals)) + ": " + inner.substring(equals + 1);
    }

    private static String word(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
