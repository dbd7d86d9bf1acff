package io.headgate.controlplane.api;

import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.fleetstate.Expected;
import io.headgate.controlplane.fleetstate.Fleet;
import io.headgate.controlplane.fleetstate.GroupView;
import io.headgate.controlplane.fleetstate.NackedObject;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.loader.CandidateCheck;
import io.headgate.controlplane.loader.FleetStore;
import io.headgate.controlplane.loader.StoreHealth;
import io.headgate.controlplane.loader.StoreSettings;
import io.headgate.controlplane.store.EtcdConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An API server over a real etcd, without proxies, and a client of it. */
final class ApiFixture implements AutoCloseable {
  static final String VIEWER = "viewer-0123456789abcdefghijklmnopqrst";
  static final String OPERATOR = "operator-0123456789abcdefghijklmnopq";
  static final String ADMIN = "admin-0123456789abcdefghijklmnopqrstu";

  final EtcdServer etcd = EtcdServer.start();
  final Fleet fleet;
  final FleetStore store;
  final ApiServer api;
  final HttpClient http = HttpClient.newHttpClient();

  ApiFixture(Path directory) {
    Clock clock = Clock.systemUTC();
    AtomicReference<FleetStore> known = new AtomicReference<>();
    this.fleet = new Fleet("cp-1", new NoGroups(known), clock);
    AtomicReference<ApiServer> server = new AtomicReference<>();
    ImagePublisher toApi =
        (image, delta) -> {
          if (server.get() != null) {
            server.get().publish(image, delta);
          }
        };
    try {
      Path tokens =
          Files.writeString(
              directory.resolve("tokens"),
              "victor viewer sha256:%s\nolga operator sha256:%s\nada admin sha256:%s\n"
                  .formatted(
                      TokenHash.sha256(VIEWER),
                      TokenHash.sha256(OPERATOR),
                      TokenHash.sha256(ADMIN)));
      this.store =
          new FleetStore(
              StoreSettings.of(
                  EtcdConfig.of(etcd.endpoint()), "cp-1", "127.0.0.1:1", directory.resolve("d")),
              CandidateCheck.NONE,
              List.of(toApi),
              clock);
      known.set(store);
      this.api =
          new ApiServer(
              new ApiServer.Listen("127.0.0.1", 0, Optional.empty()),
              Principals.of(tokens, (TokensFile.Result.Good) TokensFile.read(tokens), clock),
              new Backend(
                  store,
                  fleet,
                  key -> List.of(),
                  HostLoads.NONE,
                  new Backend.Replica("cp-1", "127.0.0.1:1", "/headgate/v1", "test")),
              Map::of,
              clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.set(api);
    api.start();
    store.start();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> store.health().state() == StoreHealth.State.LIVE);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + api.port() + path);
  }

  /** An answer with its body as JSON. */
  record Answer(int status, JsonNode body, HttpResponse<String> response) {
    String text() {
      return body.toString();
    }
  }

  Answer call(String method, String path, String token, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(15))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      JsonNode json =
          text.startsWith("{")
              ? JsonMapper.shared().readTree(text)
              : JsonMapper.shared().createObjectNode();
      return new Answer(response.statusCode(), json, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer get(String path) {
    return call("GET", path, VIEWER, "");
  }

  @Override
  public void close() {
    api.close();
    store.close();
    etcd.close();
    http.close();
  }

  /** No proxy is there to have a group. */
  private record NoGroups(AtomicReference<FleetStore> store) implements GroupView {
    @Override
    public Expected expected(ProxyIdentity proxy, String typeUrl) {
      return Expected.NOTHING;
    }

    @Override
    public List<NackedObject> origins(
        ProxyIdentity proxy, String typeUrl, Collection<String> resources) {
      return List.of();
    }

    @Override
    public Published published() {
      Provenance provenance = store.get().image().provenance();
      return new Published(provenance.incarnation(), provenance.revision());
    }
  }
}
