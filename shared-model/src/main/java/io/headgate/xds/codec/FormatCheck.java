package io.headgate.xds.codec;

import io.headgate.xds.model.value.Value;
import java.util.Map;
import java.util.Set;

/** Checks strings with command operators such as {@code %REQ(X?Y):10%}. */
final class FormatCheck {
  /** Operators that the data plane formats. */
  static final Set<String> KNOWN =
      Set.of(
          "START_TIME",
          "EMIT_TIME",
          "DURATION",
          "REQUEST_DURATION",
          "RESPONSE_DURATION",
          "RESPONSE_TX_DURATION",
          "BYTES_RECEIVED",
          "BYTES_SENT",
          "PROTOCOL",
          "UPSTREAM_PROTOCOL",
          "RESPONSE_CODE",
          "RESPONSE_CODE_DETAILS",
          "LOCAL_REPLY_BODY",
          "RESPONSE_FLAGS",
          "RESPONSE_FLAGS_LONG",
          "CONNECTION_TERMINATION_DETAILS",
          "GRPC_STATUS",
          "GRPC_STATUS_NUMBER",
          "ROUTE_NAME",
          "VIRTUAL_CLUSTER_NAME",
          "UPSTREAM_CLUSTER",
          "UPSTREAM_CLUSTER_RAW",
          "UPSTREAM_HOST",
          "UPSTREAM_REQUEST_ATTEMPT_COUNT",
          "UPSTREAM_TRANSPORT_FAILURE_REASON",
          "FILTER_CHAIN_NAME",
          "UPSTREAM_LOCAL_ADDRESS",
          "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
          "UPSTREAM_REMOTE_ADDRESS",
          "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_LOCAL_ADDRESS",
          "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_REMOTE_ADDRESS",
          "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_DIRECT_REMOTE_ADDRESS",
          "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
          "DOWNSTREAM_LOCAL_PORT",
          "DOWNSTREAM_REMOTE_PORT",
          "CONNECTION_ID",
          "STREAM_ID",
          "REQ",
          "REQUEST_HEADER",
          "RESP",
          "RESPONSE_HEADER",
          "TRAILER",
          "RESPONSE_TRAILER",
          "PATH",
          "QUERY_PARAM",
          "DYNAMIC_METADATA",
          "TRACE_ID",
          "HOSTNAME",
          "ENVIRONMENT",
          "REQUESTED_SERVER_NAME",
          "DOWNSTREAM_TLS_VERSION",
          "DOWNSTREAM_TLS_CIPHER",
          "DOWNSTREAM_PEER_SUBJECT",
          "DOWNSTREAM_PEER_URI_SAN",
          "DOWNSTREAM_PEER_FINGERPRINT_256");

  /** Operators that say nothing without an argument. */
  private static final Set<String> NEED_ARGUMENT =
      Set.of(
          "REQ",
          "REQUEST_HEADER",
          "RESP",
          "RESPONSE_HEADER",
          "TRAILER",
          "RESPONSE_TRAILER",
          "QUERY_PARAM",
          "DYNAMIC_METADATA",
          "ENVIRONMENT");

  /** Operators that may have one. */
  private static final Set<String> MAY_HAVE_ARGUMENT =
      Set.of("START_TIME", "EMIT_TIME", "GRPC_STATUS", "PATH");

  private static final Set<String> GRPC_FORMS = Set.of("CAMEL_STRING", "SNAKE_STRING", "NUMBER");
  private static final String PATH_FORM = "(?:WQ|NQ)?(?::(?:ORIG|PATH|ORIG_OR_PATH))?";

  private FormatCheck() {}

  static void check(MessageReader r, String field, String format) {
    int at = format.indexOf('%');
    while (at >= 0) {
      int end = operatorEnd(format, at + 1);
      if (end < 0) {
        r.refuse(field, "has a % that begins no command operator", "write %% for a percent sign");
        return;
      }
      String name = name(format, at + 1);
      if (!name.isEmpty() && !KNOWN.contains(name)) {
        r.refuse(field, "command operator %" + name + "% is not implemented", "remove it");
      } else {
        argument(r, field, name, format, at + 1 + name.length());
      }
      at = format.indexOf('%', end);
    }
  }

  private static void argument(
      MessageReader r, String field, String name, String format, int from) {
    boolean there = from < format.length() && format.charAt(from) == '(';
    String text = there ? format.substring(from + 1, format.indexOf(')', from)) : "";
    if (NEED_ARGUMENT.contains(name)) {
      if (text.isEmpty()) {
        r.refuse(
            field,
            "command operator %" + name + "% needs an argument",
            "write it in parentheses, such as %REQ(USER-AGENT)%");
      }
    } else if (there && !MAY_HAVE_ARGUMENT.contains(name)) {
      r.refuse(
          field, "command operator %" + name + "% takes no argument", "remove the parentheses");
    } else if (name.equals("GRPC_STATUS") && there && !GRPC_FORMS.contains(text)) {
      r.refuse(
          field,
          "%GRPC_STATUS(" + text + ")% is not implemented",
          "use one of " + GRPC_FORMS.stream().sorted().toList());
    } else if (name.equals("PATH") && !text.matches(PATH_FORM)) {
      r.refuse(
          field,
          "%PATH(" + text + ")% is not implemented",
          "use WQ or NQ, and behind a colon ORIG, PATH or ORIG_OR_PATH");
    }
  }

  private static String name(String format, int from) {
    int end = from;
    while (end < format.length() && isNameChar(format.charAt(end))) {
      end++;
    }
    return format.substring(from, end);
  }

  private static boolean isNameChar(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  /**
   * The index after the operator whose first percent sign lies before {@code from}; -1 for none.
   */
  private static int operatorEnd(String format, int from) {
    String name = name(format, from);
    int at = from + name.length();
    if (!name.isEmpty() && at < format.length() && format.charAt(at) == '(') {
      at = format.indexOf(')', at) + 1;
      if (at == 0) {
        return -1;
      }
    }
    if (!name.isEmpty() && at < format.length() && format.charAt(at) == ':') {
      do {
        at++;
      } while (at < format.length() && Character.isDigit(format.charAt(at)));
    }
    return at < format.length() && format.charAt(at) == '%' ? at + 1 : -1;
  }

  static void check(MessageReader r, String field, Value value) {
    switch (value) {
      case Value.Str text -> check(r, field, text.value());
      case Value.Obj object -> {
        for (Map.Entry<String, Value> entry : object.fields().entrySet()) {
          check(r, field, entry.getValue());
        }
      }
      case Value.Arr array -> array.values().forEach(v -> check(r, field, v));
      case Value.Null n -> {}
      case Value.Bool b -> {}
      case Value.Num n -> {}
    }
  }
}
