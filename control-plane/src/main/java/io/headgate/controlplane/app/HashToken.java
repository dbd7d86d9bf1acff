package io.headgate.controlplane.app;

import io.headgate.controlplane.api.Principal;
import io.headgate.controlplane.api.Role;
import io.headgate.controlplane.api.TokenHash;
import io.headgate.controlplane.api.TokensFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** {@code hash-token}: prints a line of the tokens file. */
final class HashToken {
  static final String USAGE =
      """
      headgate-control-plane hash-token NAME viewer|operator|admin [--generate]
        Reads a token from standard input and prints its line of the tokens file.
        With --generate makes a token, which is printed to standard error.
      """;

  private HashToken() {}

  static ExitCode run(List<String> arguments, PrintStream out, PrintStream err) {
    boolean generate = arguments.contains("--generate");
    List<String> words = arguments.stream().filter(argument -> !argument.startsWith("--")).toList();
    boolean unknownFlag =
        arguments.stream()
            .anyMatch(argument -> argument.startsWith("--") && !argument.equals("--generate"));
    Optional<Role> role = words.size() == 2 ? Role.of(words.get(1)) : Optional.empty();
    if (unknownFlag || role.isEmpty() || !TokensFile.isName(words.getFirst())) {
      err.print(USAGE);
      return ExitCode.BAD_CONFIG;
    }
    SecureRandom random = new SecureRandom();
    String token;
    if (generate) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      err.println(token);
    } else {
      token = readLine();
      if (token.isEmpty()) {
        err.println("no token on standard input");
        return ExitCode.BAD_CONFIG;
      }
    }
    TokenHash hash = TokenHash.of(token, random);
    out.println(TokensFile.line(new Principal(words.getFirst(), role.get(), hash)));
    return ExitCode.OK;
  }

  private static String readLine() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line.strip();
    } catch (IOException e) {
      return "";
    }
  }
}
