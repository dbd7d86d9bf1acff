package io.headgate.controlplane.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The file of principals: one a line, {@code name role hash}, separated by blanks; lines that begin
 * with {@code #} are comments.
 */
public final class TokensFile {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");

  private TokensFile() {}

  /** The principals, or every problem with its line. */
  public sealed interface Result {
    record Good(List<Principal> principals) implements Result {
      public Good {
        principals = List.copyOf(principals);
      }
    }

    record Bad(List<String> problems) implements Result {
      public Bad {
        problems = List.copyOf(problems);
      }
    }
  }

  public static Result read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      return new Result.Bad(List.of("tokens file " + file + ": can't be read: " + e.getMessage()));
    }
    List<Principal> principals = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int before = problems.size();
      String place = "tokens file " + file + ":" + (i + 1) + ": ";
      String[] words = line.split("\\s+", -1);
      if (words.length != 3) {
        problems.add(place + "takes three words: name role hash");
        continue;
      }
      if (!isName(words[0])) {
        problems.add(place + "name \"" + words[0] + "\": " + NAME.pattern());
      } else if (!names.add(words[0])) {
        problems.add(place + "name \"" + words[0] + "\" stands there twice");
      }
      Optional<Role> role = Role.of(words[1]);
      if (role.isEmpty()) {
        problems.add(place + "role \"" + words[1] + "\": viewer, operator or admin");
      }
      try {
        TokenHash hash = TokenHash.parse(words[2]);
        if (problems.size() == before) {
          principals.add(new Principal(words[0], role.orElseThrow(), hash));
        }
      } catch (IllegalArgumentException e) {
        // The value itself is not shown: it may be a token that was not hashed.
        problems.add(place + "hash: " + e.getMessage());
      }
    }
    return problems.isEmpty() ? new Result.Good(principals) : new Result.Bad(problems);
  }

  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** A line of the file. */
  public static String line(Principal principal) {
    return principal.name() + " " + principal.role().text() + " " + principal.hash().text();
  }
}
