package io.headgate.controlplane.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the control planes are, and who asks. */
final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      split = ",",
      description =
          "A control plane's API, such as http://127.0.0.1:8001. May repeat; they are tried in"
              + " turn. Else the variable HEADGATE_SERVER, separated by commas.")
  List<String> servers = new ArrayList<>();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The token to show. Better not on a command line, which others can see: else the variable"
              + " HEADGATE_TOKEN, --token-file, or the variable HEADGATE_TOKEN_FILE.")
  @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that holds the token and nothing else.")
  @Nullable Path tokenFile;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Certificates (PEM) to trust for https, in place of the machine's own.")
  @Nullable Path caFile;

  ApiClient client(Console console) {
    return ApiClient.of(addresses(console), token(console), Optional.ofNullable(caFile));
  }

  private List<URI> addresses(Console console) {
    List<String> texts = new ArrayList<>(servers);
    if (texts.isEmpty()) {
      console.variable("HEADGATE_SERVER").ifPresent(v -> texts.addAll(List.of(v.split(",", -1))));
    }
    if (texts.isEmpty()) {
      throw CommandFailure.badInput(
          "no server: use --server URL or set HEADGATE_SERVER, such as http://127.0.0.1:8001");
    }
    return texts.stream().map(String::strip).map(ServerOptions::address).toList();
  }

  private static URI address(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && (uri.getPath() == null || uri.getPath().isEmpty())
          && uri.getQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like a URL that is none of ours.
    }
    throw CommandFailure.badInput(
        "not a server: \"" + text + "\"; write it as http://host:port or https://host:port");
  }

  private Optional<String> token(Console console) {
    if (token != null) {
      return Optional.of(checked(token, "--token"));
    }
    if (tokenFile != null) {
      return Optional.of(read(tokenFile));
    }
    Optional<String> variable = console.variable("HEADGATE_TOKEN");
    if (variable.isPresent()) {
      return variable.map(v -> checked(v, "HEADGATE_TOKEN"));
    }
    return console.variable("HEADGATE_TOKEN_FILE").map(v -> read(Path.of(v)));
  }

  private static String read(Path file) {
    try {
      return checked(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw CommandFailure.badInput("cannot read the token file " + file + ": " + e.getMessage());
    }
  }

  private static String checked(String text, String source) {
    String token = text.strip();
    if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw CommandFailure.badInput("no token in " + source + ", or one with a space in it");
    }
    return token;
  }
}
