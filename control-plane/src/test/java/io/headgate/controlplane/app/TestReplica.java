package io.headgate.controlplane.app;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.api.Principal;
import io.headgate.controlplane.api.Principals;
import io.headgate.controlplane.api.Role;
import io.headgate.controlplane.api.TokenHash;
import io.headgate.controlplane.api.TokensFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole replica in this process, with a client of its REST API. */
final class TestReplica implements AutoCloseable {
  static final String TOKEN = "0123456789abcdefghijklmnopqrstuvwxyz";

  final Replica replica;
  private final HttpClient http = HttpClient.newHttpClient();

  TestReplica(EtcdServer etcd, Path directory, String id, String... flags) {
    try {
      Path tokens = tokens(directory);
      List<Map.Entry<String, String>> all = new ArrayList<>();
      all.add(Map.entry("replica.id", id));
      all.add(Map.entry("data-dir", directory.resolve(id).toString()));
      all.add(Map.entry("etcd.endpoints", etcd.endpoint()));
      all.add(Map.entry("xds.port", "0"));
      all.add(Map.entry("internal.port", "0"));
      all.add(Map.entry("api.port", "0"));
      all.add(Map.entry("drain-time", "100ms"));
      all.add(Map.entry("api.tokens-file", tokens.toString()));
      for (String flag : flags) {
        int equals = flag.indexOf('=');
        all.add(Map.entry(flag.substring(0, equals), flag.substring(equals + 1)));
      }
      Settings settings =
          ((Settings.Result.Good) Settings.read(Optional.empty(), Map.of(), all)).settings();
      replica =
          new Replica(
              settings,
              Principals.of(
                  tokens, (TokensFile.Result.Good) TokensFile.read(tokens), Clock.systemUTC()),
              "test",
              Clock.systemUTC());
      replica.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (StartException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the tokens file of {@link #TOKEN}. */
  static Path tokens(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("tokens"),
        TokensFile.line(new Principal("ada", Role.ADMIN, TokenHash.of(TOKEN, new SecureRandom())))
            + "\n");
  }

  JsonNode get(String path) {
    return call("GET", path, "");
  }

  /** Applies manifests and returns the revision. */
  long apply(String manifests) {
    JsonNode answer = call("POST", "/api/v1/objects", manifests);
    if (!answer.path("revision").isNumber()) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.path("revision").asLong();
  }

  JsonNode call(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.apiPort() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .timeout(Duration.ofSeconds(70))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return JsonMapper.shared()
          .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    replica.close();
    http.close();
  }
}
