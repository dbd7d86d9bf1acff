package io.headgate.fleet.codec.document;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The known name nearest to a wrong one, by Levenshtein distance; empty when all are far. */
  public static Optional<String> to(String wrong, Collection<String> known) {
    if (wrong.length() > 64) {
      return Optional.empty();
    }
    String folded = fold(wrong);
    String best = null;
    int bestDistance = Math.max(1, folded.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(folded, fold(name));
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code did you mean "x"?} or nothing. */
  public static String hint(String wrong, Collection<String> known) {
    return to(wrong, known).map(n -> "did you mean \"" + n + "\"?").orElse("");
  }

  private static String fold(String name) {
    return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
