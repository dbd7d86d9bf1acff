package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.model.listener.AccessLog;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the decoder takes for a format compiles, and makes one line of whatever a request holds:
 * no control character but those of the format, no planted secret, and JSON that can be read.
 */
class LogFormatFuzzTest {
  private static final int CASES = 3_000;
  private static final String SECRET = "planted";

  private static final String[] NAMES = {
    "REQ",
    "RESP",
    "TRAILER",
    "REQUEST_HEADER",
    "PATH",
    "QUERY_PARAM",
    "DYNAMIC_METADATA",
    "ENVIRONMENT",
    "START_TIME",
    "EMIT_TIME",
    "GRPC_STATUS",
    "GRPC_STATUS_NUMBER",
    "DURATION",
    "PROTOCOL",
    "RESPONSE_CODE",
    "RESPONSE_CODE_DETAILS",
    "RESPONSE_FLAGS",
    "RESPONSE_FLAGS_LONG",
    "UPSTREAM_HOST",
    "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
    "UPSTREAM_CLUSTER",
    "UPSTREAM_TRANSPORT_FAILURE_REASON",
    "ROUTE_NAME",
    "STREAM_ID",
    "TRACE_ID",
    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_LOCAL_PORT",
    "REQUESTED_SERVER_NAME",
    "DOWNSTREAM_PEER_URI_SAN",
    "NO_SUCH"
  };
  private static final String[] ARGUMENTS = {
    "X-A",
    "X-A?X-B",
    "authorization",
    "COOKIE?X-A",
    ":path",
    "referer",
    "set-cookie",
    "grpc-status",
    "NQ",
    "WQ:ORIG",
    "PATH",
    "NUMBER",
    "access_token",
    "q",
    "jwt",
    "jwt:sub",
    "jwt:sub:deep",
    "HOME",
    "%Y-%m-%dT%H:%M:%S.%3f%z",
    "%s",
    "%E",
    "%E3S%E*f%Ez",
    "%E4Y",
    "16",
    "200",
    "%",
    "",
    "?",
    ":",
    "a b",
    "X-A?X-B?X-C",
    "\u00e4"
  };
  private static final String[] TEXTS = {
    " ", "-", "%%", "\"", "\\", "{", "}", "%", "(", ")", ":", "text", "\u20ac"
  };

  private static final String[] VALUES = {
    "",
    "plain",
    "\n",
    "\r\nGET / HTTP/1.1",
    "\t",
    "\0",
    "\u001b[2J",
    "\"",
    "\\",
    "\u0085",
    "gr\u00c3\u00bc\u00df",
    "\u00ff\u00fe",
    "%REQ(X)%",
    "12",
    "-1",
    "99999999999999999999"
  };
  private static final String[] PATHS = {
    "/",
    "/a?q=",
    "/a?access_token=planted",
    "/a#id_token=planted&x",
    "/a?x=1;token=planted",
    "/a?q=eyJhbGciOiJub25lIn0.eyJwbGFudGVkIjoxfQ.planted",
    "/%0a?q=%0a&q=2",
    "*",
    "/?&&=&=?"
  };

  @Test
  void linesAreWholeAndSayNoSecret() {
    Fuzz.replay("log-format", CASES, LogFormatFuzzTest::check);
  }

  @Test
  void aControlCharacterThatIsLetThroughIsSeen() {
    Fuzz.mustFail(CASES, draw -> check(draw, line -> line.replace("\\x1b", "\u001b")));
  }

  static void check(Random random) {
    check(random, line -> line);
  }

  private static void check(Random random, UnaryOperator<String> written) {
    String format = format(random);
    boolean json = random.nextInt(4) == 0;
    boolean omit = random.nextBoolean();
    AccessLog log = decoded(format, json, omit);
    if (log == null) {
      try {
        LogFormat.compile(format, omit);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("Exception");
      }
      return;
    }
    Function<LogEntry, String> lines = LineLogger.compile(log.format());
    LogEntry entry = entry(random);
    String line = written.apply(lines.apply(entry));
    assertThat(line).as(format).doesNotContain(SECRET);
    if (json) {
      assertThat(JsonParser.parseString(line).isJsonObject()).as(line).isTrue();
      assertThat(line).endsWith("\n");
      line = line.substring(0, line.length() - 1);
    }
    assertThat(line.chars().anyMatch(c -> c < 0x20 || (c >= 0x7f && c < 0xa0)))
        .as("control characters of %s in %s", format, line)
        .isFalse();
  }

  private static String pick(Random random, String... from) {
    return from[random.nextInt(from.length)];
  }

  private static String format(Random random) {
    StringBuilder format = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      if (random.nextInt(3) == 0) {
        format.append(pick(random, TEXTS));
        continue;
      }
      format.append('%').append(pick(random, NAMES));
      if (random.nextInt(3) != 0) {
        format.append('(').append(pick(random, ARGUMENTS)).append(')');
      }
      if (random.nextInt(4) == 0) {
        format.append(':').append(pick(random, "0", "1", "7", "99999999999", "x", ""));
      }
      format.append(random.nextInt(16) == 0 ? "" : "%");
    }
    return format.toString();
  }

  /** What the decoder makes of it, null when it refuses it. */
  private static @Nullable AccessLog decoded(String format, boolean json, boolean omit) {
    SubstitutionFormatString.Builder to =
        SubstitutionFormatString.newBuilder().setOmitEmptyValues(omit);
    if (json) {
      Value text = Value.newBuilder().setStringValue(format).build();
      Struct inner = Struct.newBuilder().putFields("in", text).build();
      to.getJsonFormatBuilder()
          .putFields("one", text)
          .putFields("two", Value.newBuilder().setStructValue(inner).build())
          .putFields("n", Value.newBuilder().setNumberValue(1.5).build());
    } else {
      to.setTextFormatSource(DataSource.newBuilder().setInlineString(format));
    }
    HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder().setStatPrefix("web");
    manager.getRouteConfigBuilder().setName("table");
    manager
        .addHttpFiltersBuilder()
        .setName("router")
        .setTypedConfig(Any.pack(Router.getDefaultInstance()));
    manager
        .addAccessLogBuilder()
        .setTypedConfig(
            Any.pack(FileAccessLog.newBuilder().setPath("/dev/null").setLogFormat(to).build()));
    Listener.Builder listener = Listener.newBuilder().setName("web");
    listener
        .getAddressBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(1));
    listener
        .addFilterChainsBuilder()
        .addFiltersBuilder()
        .setName("manager")
        .setTypedConfig(Any.pack(manager.build()));
    return switch (ResourceDecoder.listener(listener.build(), DecodeOptions.STRICT)) {
      case Decoded.Invalid<?> _ -> null;
      case Decoded.Valid<io.headgate.xds.model.Listener> valid ->
          valid.value().filterChains().getFirst().filters().stream()
              .map(io.headgate.xds.model.HttpConnectionManager.class::cast)
              .flatMap(m -> m.accessLogs().stream())
              .findFirst()
              .orElseThrow();
    };
  }

  private static LogEntry entry(Random random) {
    StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, random.nextInt(1 << 30), 1_000_000);
    info.endNanos = 1_000_000L + random.nextInt();
    info.responseCode = random.nextInt(600);
    info.routeName = pick(random, VALUES);
    info.details(pick(random, VALUES));
    info.upstreamTransportFailure = pick(random, VALUES);
    info.upstreamHost = pick(random, "1.2.3.4:80", "[::1]:80", "@unix", "");
    info.upstreamCluster = pick(random, VALUES);
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (random.nextInt(8) == 0) {
        info.flag(flag);
      }
    }
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", pick(random, VALUES));
    claims.put("list", Arrays.asList(pick(random, VALUES), 1.5, null, true));
    claims.put("nan", Double.NaN);
    info.putMetadata("jwt", random.nextBoolean() ? claims : Map.of("sub", Map.of("deep", claims)));
    RequestHead request = new RequestHead();
    request.path(pick(random, PATHS));
    request.authority(pick(random, "h", "[::1]:80", "\u00e4"));
    fields(random, request.headers());
    request.headers().add(HeaderName.of("authorization"), "Bearer planted");
    request.headers().add(HeaderName.of("cookie"), "a=planted; b=planted");
    request.headers().add(HeaderName.of("referer"), "https://me:planted@h/?code=planted#a");
    ResponseHead response = null;
    HeaderBlock trailers = null;
    if (random.nextInt(4) != 0) {
      response = new ResponseHead();
      fields(random, response.headers());
      response.headers().add(HeaderName.of("set-cookie"), "id=planted");
      trailers = new HeaderBlock();
      fields(random, trailers);
    }
    return new LogEntry(info, request, response, trailers);
  }

  /** Some fields; a value that no message may have is left out. */
  private static void fields(Random random, HeaderBlock headers) {
    for (String name : List.of("x-a", "x-b", "grpc-status", "content-type", "x-request-id")) {
      if (random.nextInt(3) == 0) {
        continue;
      }
      String value = name.equals("content-type") ? "application/grpc" : pick(random, VALUES);
      try {
        headers.add(HeaderName.of(name), value);
      } catch (HeaderViolation e) {
        assertThat(value).isNotEmpty();
      }
    }
  }
}
