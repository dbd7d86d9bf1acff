package io.headgate.deploy.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Plain HTTP/1.1 requests as a client of the fleet sends them. */
public final class Http {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private Http() {}

  /** GET with headers as name, value, name, value …; empty when nothing answers. */
  public static Optional<HttpResponse<String>> get(String url, String... headers) {
    return send("GET", url, "", headers);
  }

  /** Any method; an empty body is none. Empty when nothing answers. */
  public static Optional<HttpResponse<String>> send(
      String method, String url, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(BOUND)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return Optional.of(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The status of a GET; 0 when nothing answers. */
  public static int status(String url, String... headers) {
    return get(url, headers).map(HttpResponse::statusCode).orElse(0);
  }
}
