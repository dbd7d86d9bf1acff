package io.headgate.observability;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The command operators that are tried, and how the values of two proxies are held together. */
final class Operators {
  /** How alike two values have to be. */
  enum Alike {
    /** The same text. */
    EQUAL,
    /** The same but for digits and letters of times, ids and ports. */
    SHAPE
  }

  /** One operator with its arguments. */
  record Operator(String text, Alike alike) {}

  private static final String[] EQUAL = {
    "%BYTES_RECEIVED%",
    "%BYTES_SENT%",
    "%CONNECTION_TERMINATION_DETAILS%",
    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%",
    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(8)%",
    "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%",
    "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(0)%",
    "%DOWNSTREAM_PEER_SUBJECT%",
    "%DOWNSTREAM_PEER_URI_SAN%",
    "%DOWNSTREAM_PEER_FINGERPRINT_256%",
    "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(20)%",
    "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(64)%",
    "%DOWNSTREAM_TLS_CIPHER%",
    "%DOWNSTREAM_TLS_VERSION%",
    "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn)%",
    "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:claims)%",
    "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:claims:sub)%",
    "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:claims:sub):2%",
    "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:claims:level)%",
    "%DYNAMIC_METADATA(none:at:all)%",
    "%ENVIRONMENT(HOME)%",
    "%ENVIRONMENT(HOME):2%",
    "%ENVIRONMENT(NO_SUCH_VARIABLE)%",
    "%FILTER_CHAIN_NAME%",
    "%GRPC_STATUS%",
    "%GRPC_STATUS(CAMEL_STRING)%",
    "%GRPC_STATUS(SNAKE_STRING)%",
    "%GRPC_STATUS(NUMBER)%",
    "%GRPC_STATUS_NUMBER%",
    "%HOSTNAME%",
    "%PATH%",
    "%PATH(NQ)%",
    "%PATH(WQ)%",
    "%PATH(WQ:PATH)%",
    "%PATH(NQ:ORIG)%",
    "%PATH(NQ:ORIG_OR_PATH)%",
    "%PATH(WQ:PATH):4%",
    "%PROTOCOL%",
    "%QUERY_PARAM(q)%",
    "%QUERY_PARAM(q):3%",
    "%QUERY_PARAM(none)%",
    "%REQ(:AUTHORITY)%",
    "%REQ(:METHOD)%",
    "%REQ(:PATH)%",
    "%REQ(:PATH):3%",
    "%REQ(:SCHEME)%",
    "%REQ(X-NONE?X-NOTE)%",
    "%REQ(X-NOTE?X-NONE):2%",
    "%REQ(x-twice)%",
    "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "%REQUEST_HEADER(x-note)%",
    "%REQUESTED_SERVER_NAME%",
    "%RESP(X-ANSWER)%",
    "%RESP(X-NONE?X-ANSWER):1%",
    "%RESP(CONTENT-LENGTH)%",
    "%RESPONSE_HEADER(x-answer)%",
    "%RESPONSE_CODE%",
    "%RESPONSE_CODE_DETAILS%",
    "%RESPONSE_FLAGS%",
    "%RESPONSE_FLAGS_LONG%",
    "%RESPONSE_TRAILER(x-end)%",
    "%TRAILER(X-END?X-NONE):2%",
    "%ROUTE_NAME%",
    "%START_TIME(%Y-%m-%d %%)%",
    "%UPSTREAM_CLUSTER%",
    "%UPSTREAM_CLUSTER_RAW%",
    "%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%",
    "%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(32)%",
    "%UPSTREAM_PROTOCOL%",
    "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(4)%",
    "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "%VIRTUAL_CLUSTER_NAME%",
    "100%% %PROTOCOL% %REQ(X-NONE)%"
  };

  private static final String[] SHAPE = {
    "%CONNECTION_ID%",
    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
    "%DOWNSTREAM_LOCAL_ADDRESS%",
    "%DOWNSTREAM_LOCAL_PORT%",
    "%DOWNSTREAM_REMOTE_ADDRESS%",
    "%DOWNSTREAM_REMOTE_PORT%",
    "%DURATION%",
    "%EMIT_TIME%",
    "%EMIT_TIME(%s)%",
    "%REQUEST_DURATION%",
    "%RESPONSE_DURATION%",
    "%RESPONSE_TX_DURATION%",
    "%REQ(X-REQUEST-ID)%",
    "%START_TIME%",
    "%START_TIME(%s)%",
    "%START_TIME(%Y/%m/%dT%H:%M:%S%z)%",
    "%START_TIME(%d/%b/%Y:%T %z)%",
    "%START_TIME(%s.%3f %6f %9f %f)%",
    "%START_TIME(%E4Y-%m-%dT%H:%M:%E3S%Ez)%",
    "%START_TIME(%E1S %E2f %E*z)%",
    "%EMIT_TIME(%E6S)%",
    "%STREAM_ID%",
    "%TRACE_ID%",
    "%UPSTREAM_HOST%",
    "%UPSTREAM_LOCAL_ADDRESS%",
    "%UPSTREAM_REMOTE_ADDRESS%"
  };

  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private Operators() {}

  static List<Operator> all() {
    List<Operator> all = new ArrayList<>();
    for (String text : EQUAL) {
      all.add(new Operator(text, Alike.EQUAL));
    }
    for (String text : SHAPE) {
      all.add(new Operator(text, Alike.SHAPE));
    }
    return all;
  }

  /** All of them in a line, between tabs; as the inside of a YAML string. */
  static String textFormat() {
    return all().stream().map(Operator::text).collect(Collectors.joining("\\t")) + "\\n";
  }

  /** An object with a field for each of them, whose name is its place. */
  static String jsonFormat() {
    List<Operator> all = all();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      fields.add(String.format("o%03d: \"%s\"", i, all.get(i).text()));
    }
    return "{" + String.join(", ", fields) + "}";
  }

  /** A value as it is held against the other proxy's. */
  static String comparable(Operator operator, String value) {
    return switch (operator.alike) {
      case EQUAL -> value;
      case SHAPE -> DIGITS.matcher(ID.matcher(value).replaceAll("id")).replaceAll("9");
    };
  }
}
