package io.headgate.controlplane.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the REST API of the first control plane that answers.
 *
 * <p>A server that cannot be reached, or that answers 503, is passed over. A change whose answer
 * was lost is not sent to the next: it may have been written.
 */
final class ApiClient implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final List<URI> servers;
  private final Optional<String> token;
  private final HttpClient http;

  private ApiClient(List<URI> servers, Optional<String> token, HttpClient http) {
    this.servers = servers;
    this.token = token;
    this.http = http;
  }

  static ApiClient of(List<URI> servers, Optional<String> token, Optional<Path> authority) {
    HttpClient.Builder http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    authority.ifPresent(file -> http.sslContext(trusting(file)));
    return new ApiClient(servers, token, http.build());
  }

  private static SSLContext trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + store.size(), one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw CommandFailure.badInput("cannot use the CA file " + file + ": " + e.getMessage());
    }
  }

  JsonNode get(String path) {
    return get(path, ANSWER);
  }

  JsonNode get(String path, Duration answer) {
    return call("GET", path, "", "", "", answer);
  }

  JsonNode send(String method, String path, String type, String body, String reason) {
    return call(method, path, type, body, reason, ANSWER);
  }

  private JsonNode call(
      String method, String path, String type, String body, String reason, Duration answer) {
    List<String> failures = new ArrayList<>();
    // In the query and not in a header, because a reason is in any language.
    String why =
        reason.isEmpty() ? "" : (path.contains("?") ? "&" : "?") + "reason=" + part(reason);
    for (URI server : servers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(server + "/api/v1" + path + why))
              .timeout(answer)
              .header("Accept", "application/json")
              .method(
                  method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
      if (!body.isEmpty()) {
        request.header("Content-Type", type);
      }
      try {
        HttpResponse<String> response =
            http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() != 503) {
          return answer(server, response);
        }
        failures.add(server + ": " + ApiProblem.of(response).text());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        failures.add(server + ": cannot connect");
      } catch (IOException e) {
        failures.add(server + ": " + words(e));
        if (!method.equals("GET")) {
          failures.add("the answer was lost: the change may have been written");
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(Exit.FAILURE, "interrupted");
      }
    }
    throw new CommandFailure(Exit.UNAVAILABLE, String.join("\n", failures));
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static JsonNode answer(URI server, HttpResponse<String> response) {
    if (response.statusCode() / 100 != 2) {
      throw ApiProblem.of(response).failure();
    }
    try {
      return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new CommandFailure(
          Exit.FAILURE, server + " answered something that is not JSON; is it a control plane?");
    }
  }

  /** One part of a path or query, encoded. */
  static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.close();
  }
}
