package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The access-log operator {@code %GRPC_STATUS(X)%}: the status of a gRPC call, from its trailers,
 * its head, or made of the HTTP status when the backend said none. Nothing for other requests.
 *
 * <p>Thread: any.
 */
final class GrpcStatusOperator {

  private static final List<String> SNAKE =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private GrpcStatusOperator() {}

  /**
   * Returns the operator.
   *
   * @param form {@code CAMEL_STRING}, {@code SNAKE_STRING} or {@code NUMBER}
   */
  static LogOperator of(String form) {
    return switch (form) {
      case "CAMEL_STRING" -> e -> camel(status(e));
      case "SNAKE_STRING" -> e -> snake(status(e));
      case "NUMBER" -> e -> status(e) < 0 ? null : (long) status(e);
      default ->
          throw new IllegalArgumentException(
              "%GRPC_STATUS(" + form + ")%: use CAMEL_STRING, SNAKE_STRING or NUMBER");
    };
  }

  /** The status that a filter sees; a request that is no gRPC call has that of its HTTP status. */
  static int statusOrOfHttp(LogEntry entry) {
    int status = status(entry);
    return status < 0 ? Grpc.fromHttp(entry.info().responseCode) : status;
  }

  private static int status(LogEntry entry) {
    if (!Grpc.isGrpc(entry.request().headers())) {
      return -1;
    }
    HeaderBlock trailers = entry.responseTrailers();
    int status = trailers == null ? -1 : Grpc.status(trailers);
    if (status < 0 && entry.response() != null) {
      status = Grpc.status(entry.response().headers());
    }
    return status < 0 ? Grpc.fromHttp(entry.info().responseCode) : status;
  }

  private static @Nullable String snake(int status) {
    return status < 0 ? null : status < SNAKE.size() ? SNAKE.get(status) : Integer.toString(status);
  }

  private static @Nullable String camel(int status) {
    if (status == 0) {
      return "OK";
    }
    if (status == Grpc.CANCELLED) {
      return "Canceled"; // spelled like this by Envoy
    }
    String snake = snake(status);
    if (snake == null || status >= SNAKE.size()) {
      return snake;
    }
    StringBuilder camel = new StringBuilder();
    for (String word : snake.split("_", -1)) {
      camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return camel.toString();
  }
}
