package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.PeerCertificate;
import io.headgate.dataplane.http.RequestHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's command operators by name. An unknown operator is an {@link IllegalArgumentException}
 * that names it, so that a config that uses it is refused.
 */
final class LogOperators {
  private static final @Nullable String HOSTNAME = hostname();

  /** For logs: what is secret in a request stays unsaid. */
  static final LogOperators OF_LOGS = new LogOperators(true);

  /** For headers that are made of others. */
  static final LogOperators OF_VALUES = new LogOperators(false);

  private final boolean guarded;

  private LogOperators(boolean guarded) {
    this.guarded = guarded;
  }

  /**
   * Returns an operator.
   *
   * @param name without percent signs, for example {@code REQ}
   * @param argument what stands in parentheses, null when nothing does
   */
  LogOperator of(String name, @Nullable String argument) {
    LogOperator address = AddressOperators.of(name, argument);
    if (address != null) {
      return address;
    }
    return argument == null ? plain(name) : withArgument(name, argument);
  }

  private LogOperator plain(String name) {
    return switch (name) {
      case "START_TIME", "EMIT_TIME" -> time(name, "");
      case "DURATION" -> e -> millis(e.info().startNanos, e.info().endNanos);
      case "REQUEST_DURATION" -> e -> millis(e.info().startNanos, e.info().requestCompleteNanos);
      case "RESPONSE_DURATION" ->
          e -> millis(e.info().startNanos, e.info().upstreamFirstReceivedNanos);
      case "RESPONSE_TX_DURATION" ->
          e -> millis(e.info().upstreamFirstReceivedNanos, e.info().responseLastSentNanos);
      case "BYTES_RECEIVED" -> e -> e.info().bytesReceived;
      case "BYTES_SENT" -> e -> e.info().bytesSent;
      case "PROTOCOL" -> e -> e.request().path().isEmpty() ? null : e.info().protocol.toString();
      case "UPSTREAM_PROTOCOL" ->
          e -> e.info().upstreamProtocol == null ? null : e.info().upstreamProtocol.toString();
      case "RESPONSE_CODE" -> e -> (long) e.info().responseCode;
      case "LOCAL_REPLY_BODY" -> e -> e.info().localReplyBody;
      case "RESPONSE_CODE_DETAILS" -> e -> withoutSpaces(e.info().details());
      case "CONNECTION_TERMINATION_DETAILS" -> e -> null;
      case "RESPONSE_FLAGS" -> e -> ResponseFlag.text(e.info().flags());
      case "RESPONSE_FLAGS_LONG" -> e -> longFlags(e.info().flags());
      case "GRPC_STATUS" -> GrpcStatusOperator.of("CAMEL_STRING");
      case "GRPC_STATUS_NUMBER" -> GrpcStatusOperator.of("NUMBER");
      case "ROUTE_NAME" -> e -> notEmpty(e.info().routeName);
      case "VIRTUAL_CLUSTER_NAME" -> e -> null;
      case "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW" -> e -> notEmpty(e.info().knownCluster());
      case "UPSTREAM_HOST" -> e -> e.info().upstreamHost;
      case "UPSTREAM_REQUEST_ATTEMPT_COUNT" -> e -> (long) e.info().attemptCount;
      case "UPSTREAM_TRANSPORT_FAILURE_REASON" ->
          e -> withoutSpaces(e.info().upstreamTransportFailure);
      case "FILTER_CHAIN_NAME" -> e -> notEmpty(e.info().filterChainName);
      case "CONNECTION_ID" -> e -> e.info().connection.id();
      case "STREAM_ID" ->
          e -> {
            String id = e.request().headers().first(HeaderNames.X_REQUEST_ID);
            return id == null ? Long.toHexString(e.info().streamId) : id;
          };
      case "PATH" -> path("");
      case "TRACE_ID" -> e -> e.info().traceId;
      case "HOSTNAME" -> constant(HOSTNAME);
      case "REQUESTED_SERVER_NAME" -> e -> e.info().connection.serverName();
      case "DOWNSTREAM_TLS_VERSION" -> tls(ConnectionInfo.Tls::version);
      case "DOWNSTREAM_TLS_CIPHER" -> tls(ConnectionInfo.Tls::cipher);
      case "DOWNSTREAM_PEER_SUBJECT" -> peer(PeerCertificate::subject);
      case "DOWNSTREAM_PEER_URI_SAN" -> peer(peer -> notEmpty(String.join(",", peer.uris())));
      case "DOWNSTREAM_PEER_FINGERPRINT_256" -> peer(PeerCertificate::fingerprint);
      case "DYNAMIC_METADATA",
          "REQ",
          "REQUEST_HEADER",
          "RESP",
          "RESPONSE_HEADER",
          "TRAILER",
          "RESPONSE_TRAILER",
          "ENVIRONMENT",
          "QUERY_PARAM" ->
          throw new IllegalArgumentException("%" + name + "% needs an argument in parentheses");
      default -> throw unknown(name);
    };
  }

  private LogOperator withArgument(String name, String argument) {
    return switch (name) {
      case "START_TIME", "EMIT_TIME" -> time(name, argument);
      case "GRPC_STATUS" -> GrpcStatusOperator.of(argument.isEmpty() ? "CAMEL_STRING" : argument);
      case "RESPONSE_CODE_DETAILS" -> {
        if (!argument.equals("ALLOW_WHITESPACES")) {
          throw unknown(name + "(" + argument + ")");
        }
        yield e -> e.info().details();
      }
      case "REQ", "REQUEST_HEADER" -> request(argument);
      case "RESP", "RESPONSE_HEADER" -> response(argument);
      case "TRAILER", "RESPONSE_TRAILER" -> trailer(argument);
      case "PATH" -> path(argument);
      case "ENVIRONMENT" -> constant(Objects.requireNonNullElse(System.getenv(argument), "-"));
      case "DYNAMIC_METADATA" -> metadata(argument.split(":", -1));
      case "QUERY_PARAM" -> e -> queryParameter(e.request().path(), argument);
      default -> throw unknown(name + "(" + argument + ")");
    };
  }

  static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("access-log operator %" + name + "% is not implemented");
  }

  private static LogOperator constant(@Nullable String value) {
    return e -> value;
  }

  private static LogOperator time(String name, String format) {
    TimeFormat compiled = TimeFormat.compile(format);
    return name.equals("START_TIME")
        ? e -> compiled.format(e.info().startMillis)
        : e -> compiled.format(System.currentTimeMillis());
  }

  private LogOperator request(String argument) {
    HeaderName first = header(first(argument));
    HeaderName second = second(argument);
    return e -> {
      HeaderName name = first;
      String value = value(e.request(), first);
      if ((value == null || value.isEmpty()) && second != null) {
        name = second;
        value = value(e.request(), second);
      }
      return value == null ? null : notEmpty(LogText.decode(told(name, value)));
    };
  }

  /**
   * The path with or without its query (WQ, NQ), as it came or as it was rewritten (ORIG, PATH);
   * the one that came when there is one by default.
   */
  private LogOperator path(String argument) {
    int colon = argument.indexOf(':');
    String query = colon < 0 ? argument : argument.substring(0, colon);
    String which = colon < 0 ? "" : argument.substring(colon + 1);
    LogOperator whole =
        switch (which) {
          case "", "ORIG_OR_PATH" -> request("x-envoy-original-path?:path");
          case "ORIG" -> request("x-envoy-original-path");
          case "PATH" -> request(":path");
          default -> throw unknown("PATH(" + argument + ")");
        };
    return switch (query) {
      case "", "WQ" -> whole;
      case "NQ" ->
          e -> {
            Object path = whole.value(e);
            int mark = path instanceof String text ? text.indexOf('?') : -1;
            return path instanceof String text && mark >= 0 ? text.substring(0, mark) : path;
          };
      default -> throw unknown("PATH(" + argument + ")");
    };
  }

  private LogOperator response(String argument) {
    HeaderName first = header(first(argument));
    HeaderName second = second(argument);
    return e -> {
      if (e.response() == null) {
        return null;
      }
      return either(e.response().headers(), first, second);
    };
  }

  private LogOperator trailer(String argument) {
    HeaderName first = header(first(argument));
    HeaderName second = second(argument);
    return e -> e.responseTrailers() == null ? null : either(e.responseTrailers(), first, second);
  }

  private @Nullable String either(
      HeaderBlock headers, HeaderName first, @Nullable HeaderName second) {
    HeaderName name = first;
    String value = headers.first(first);
    if (value == null && second != null) {
      name = second;
      value = headers.first(second);
    }
    return value == null ? null : LogText.decode(told(name, value));
  }

  /** The first value, as with Envoy. */
  private static @Nullable String value(RequestHead request, HeaderName name) {
    boolean field = !name.isPseudo() && !name.equals(HeaderNames.HOST);
    return field ? request.headers().first(name) : request.value(name);
  }

  private String told(HeaderName name, String value) {
    return guarded ? Secrets.header(name, value) : value;
  }

  private static String first(String argument) {
    int mark = argument.indexOf('?');
    return mark < 0 ? argument : argument.substring(0, mark);
  }

  private static @Nullable HeaderName second(String argument) {
    int mark = argument.indexOf('?');
    return mark < 0 || mark == argument.length() - 1 ? null : header(argument.substring(mark + 1));
  }

  private static HeaderName header(String name) {
    try {
      return HeaderName.of(name);
    } catch (HeaderViolation e) {
      throw new IllegalArgumentException("access-log format: '" + name + "' is no header name", e);
    }
  }

  private static LogOperator metadata(String[] path) {
    return e -> {
      Object value = e.info().metadata(path[0]);
      for (int i = 1; i < path.length && value != null; i++) {
        value = value instanceof Map<?, ?> map ? map.get(path[i]) : null;
      }
      return sorted(value);
    };
  }

  /** Keys in order, as with Envoy. */
  private static @Nullable Object sorted(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> fields = new TreeMap<>();
        map.forEach((key, field) -> fields.put(String.valueOf(key), sorted(field)));
        yield fields;
      }
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(sorted(item)));
        yield items;
      }
      case null, default -> value;
    };
  }

  private @Nullable String queryParameter(String path, String name) {
    int query = path.indexOf('?');
    if (query < 0) {
      return null;
    }
    for (String pair : List.of(path.substring(query + 1).split("&", -1))) {
      int equals = pair.indexOf('=');
      if (equals > 0 && LogText.unescaped(pair.substring(0, equals)).equals(name)) {
        String value = LogText.unescaped(pair.substring(equals + 1));
        return LogText.decode(guarded ? Secrets.parameter(name, value) : value);
      }
    }
    return null;
  }

  private static LogOperator tls(Function<ConnectionInfo.Tls, @Nullable String> part) {
    return e -> {
      ConnectionInfo.Tls tls = e.info().connection.tls();
      return tls == null ? null : part.apply(tls);
    };
  }

  private static LogOperator peer(Function<PeerCertificate, @Nullable String> part) {
    return tls(tls -> tls.peer() == null ? null : part.apply(tls.peer()));
  }

  private static @Nullable Object millis(long from, long to) {
    return from == 0 || to == 0 ? null : (Object) ((to - from) / 1_000_000);
  }

  private static String longFlags(long flags) {
    StringBuilder text = new StringBuilder();
    for (ResponseFlag flag : ResponseFlag.values()) {
      if ((flags & flag.bit()) != 0) {
        text.append(text.isEmpty() ? "" : ",").append(flag.longName());
      }
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  /** Envoy writes details without spaces, so that a line can be split at them. */
  private static @Nullable String withoutSpaces(@Nullable String text) {
    return text == null ? null : text.replace(' ', '_');
  }

  private static @Nullable String notEmpty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /** Asks no name server, which might take long. */
  private static @Nullable String hostname() {
    try {
      return notEmpty(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    } catch (IOException e) {
      return System.getenv("HOSTNAME");
    }
  }
}
