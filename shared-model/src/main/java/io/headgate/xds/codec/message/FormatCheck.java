package io.headgate.xds.codec.message;

import io.headgate.xds.model.value.Value;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks strings with command operators such as {@code %REQ(X?Y):10%}. */
public final class FormatCheck {
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
      Set.of("START_TIME", "EMIT_TIME", "GRPC_STATUS", "PATH", "RESPONSE_CODE_DETAILS");

  private static final Set<String> OF_HEADERS =
      Set.of("REQ", "REQUEST_HEADER", "RESP", "RESPONSE_HEADER", "TRAILER", "RESPONSE_TRAILER");

  private static final Set<String> GRPC_FORMS = Set.of("CAMEL_STRING", "SNAKE_STRING", "NUMBER");

  /** What may stand behind a percent sign in the format of a time. */
  private static final String CONVERSIONS = "YymdeHIMSfbBhaAjTRDFzZps%";

  private static final Pattern TIME =
      Pattern.compile(
          "(?:[^%]|%(?:[" + CONVERSIONS + "]|[1-9]f|E(?:[0-9*][Sf]|\\*?z|4Y|T)))*+",
          Pattern.DOTALL);

  private static final String WITHOUT_PORT = "_ADDRESS_WITHOUT_PORT";
  private static final Pattern BITS = Pattern.compile("(?:[0-9]|[1-9][0-9]|1[01][0-9]|12[0-8])?");

  private static final Pattern OPERATOR =
      Pattern.compile("%(?:%|([A-Z0-9_]+)(?:\\(([^)]*)\\))?(?::([0-9]{1,18}))?%)");
  private static final Pattern PATH_FORM =
      Pattern.compile("(?:WQ|NQ)?(?::(?:ORIG|PATH|ORIG_OR_PATH)?)?");
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern HEADER =
      Pattern.compile(":?" + TOKEN + "(?:\\?(?::?" + TOKEN + ")?)?");

  private FormatCheck() {}

  public static void check(MessageReader r, String field, String format) {
    Matcher operator = OPERATOR.matcher(format);
    int at = format.indexOf('%');
    while (at >= 0) {
      if (!operator.find(at) || operator.start() != at) {
        r.refuse(field, "has a % that begins no command operator", "write %% for a percent sign");
        return;
      }
      String name = operator.group(1);
      if (name != null && !KNOWN.contains(name)) {
        r.refuse(field, "command operator %" + name + "% is not implemented", "remove it");
      } else if (name != null) {
        argument(r, field, name, operator.group(2));
        if (operator.group(3) != null && !NEED_ARGUMENT.contains(name) && !name.equals("PATH")) {
          r.refuse(
              field,
              "command operator %" + name + "% takes no length",
              "remove :" + operator.group(3));
        }
      }
      at = format.indexOf('%', operator.end());
    }
  }

  private static void argument(
      MessageReader r, String field, String name, @Nullable String argument) {
    String text = argument == null ? "" : argument;
    if (NEED_ARGUMENT.contains(name)) {
      if (text.isEmpty()) {
        r.refuse(
            field,
            "command operator %" + name + "% needs an argument",
            "write it in parentheses, such as %REQ(USER-AGENT)%");
      } else if (OF_HEADERS.contains(name) && !HEADER.matcher(text).matches()) {
        r.refuse(
            field,
            "%" + name + "(" + text + ")% names no header",
            "write a name, or two with ? between them");
      }
      return;
    }
    if (name.endsWith(WITHOUT_PORT)) {
      boolean known = BITS.matcher(text).matches();
      oneOf(r, field, name, text, known, "write the bits that are kept, at most 128");
      return;
    }
    if (argument != null && !MAY_HAVE_ARGUMENT.contains(name)) {
      r.refuse(
          field, "command operator %" + name + "% takes no argument", "remove the parentheses");
      return;
    }
    switch (name) {
      case "GRPC_STATUS" ->
          oneOf(r, field, name, text, text.isEmpty() || GRPC_FORMS.contains(text), grpcForms());
      case "RESPONSE_CODE_DETAILS" ->
          oneOf(
              r,
              field,
              name,
              text,
              argument == null || text.equals("ALLOW_WHITESPACES"),
              "use ALLOW_WHITESPACES, or no argument");
      case "PATH" ->
          oneOf(
              r,
              field,
              name,
              text,
              PATH_FORM.matcher(text).matches(),
              "use WQ or NQ, and behind a colon ORIG, PATH or ORIG_OR_PATH");
      case "START_TIME", "EMIT_TIME" ->
          oneOf(
              r,
              field,
              name,
              text,
              TIME.matcher(text).matches(),
              "use the conversions " + CONVERSIONS + ", %3f, %E3S, %E3f, %E*S, %E*f, %Ez, %E4Y");
      default -> {}
    }
  }

  private static String grpcForms() {
    return "use one of " + GRPC_FORMS.stream().sorted().toList();
  }

  private static void oneOf(
      MessageReader r, String field, String name, String text, boolean known, String fix) {
    if (!known) {
      r.refuse(field, "%" + name + "(" + text + ")% is not implemented", fix);
    }
  }

  public static void check(MessageReader r, String field, Value value) {
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
