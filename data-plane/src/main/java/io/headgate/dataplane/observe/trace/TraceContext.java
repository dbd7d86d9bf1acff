package io.headgate.dataplane.observe.trace;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which trace a request belongs to, as a header says it. Immutable.
 *
 * <p>Spec: W3C Trace Context §3.2, and B3 in one header or several.
 *
 * @param high first half of the trace id
 * @param low second half
 * @param span id of the span that sent it
 * @param state {@code tracestate} as it came
 * @param form how it was written
 */
record TraceContext(long high, long low, long span, boolean sampled, String state, Form form) {
  /** How a context is written in headers. */
  enum Form {
    W3C,
    B3_SINGLE,
    B3_MULTI
  }

  private static final HeaderName TRACEPARENT = HeaderName.of("traceparent");
  private static final HeaderName TRACESTATE = HeaderName.of("tracestate");
  private static final HeaderName B3 = HeaderName.of("b3");
  private static final HeaderName B3_TRACE = HeaderName.of("x-b3-traceid");
  private static final HeaderName B3_SPAN = HeaderName.of("x-b3-spanid");
  private static final HeaderName B3_PARENT = HeaderName.of("x-b3-parentspanid");
  private static final HeaderName B3_SAMPLED = HeaderName.of("x-b3-sampled");
  private static final HeaderName B3_FLAGS = HeaderName.of("x-b3-flags");
  private static final HexFormat HEX = HexFormat.of();

  /** A longer tracestate is forgotten, as the specification allows. */
  private static final int MAX_STATE = 512;

  /**
   * Reads the context of a request; null when it has none that is valid.
   *
   * @param open whether it is sampled when B3's headers leave that to their reader
   */
  static @Nullable TraceContext of(HeaderBlock headers, boolean open) {
    String parent = headers.first(TRACEPARENT);
    if (parent != null) {
      TraceContext context = w3c(parent, headers.joined(TRACESTATE));
      if (context != null) {
        return context;
      }
    }
    String single = headers.first(B3);
    if (single != null) {
      return b3(single, open);
    }
    String trace = headers.first(B3_TRACE);
    String span = headers.first(B3_SPAN);
    if (trace == null || span == null) {
      return null;
    }
    String sampled = headers.first(B3_SAMPLED);
    boolean debug = "1".equals(headers.first(B3_FLAGS));
    return b3(trace, span, debug || isYes(sampled, open), Form.B3_MULTI);
  }

  private static @Nullable TraceContext w3c(String text, @Nullable String state) {
    boolean shaped =
        text.length() >= 55
            && text.charAt(2) == '-'
            && text.charAt(35) == '-'
            && text.charAt(52) == '-'
            && (text.length() == 55 || (text.charAt(55) == '-' && !text.startsWith("00")));
    if (!shaped || text.startsWith("ff") || !isHex(text, 0, 2)) {
      return null;
    }
    if (!isHex(text, 3, 35) || !isHex(text, 36, 52) || !isHex(text, 53, 55)) {
      return null;
    }
    long high = HexFormat.fromHexDigitsToLong(text, 3, 19);
    long low = HexFormat.fromHexDigitsToLong(text, 19, 35);
    long span = HexFormat.fromHexDigitsToLong(text, 36, 52);
    boolean sampled = (HexFormat.fromHexDigits(text, 53, 55) & 1) != 0;
    String kept = state == null || state.length() > MAX_STATE ? "" : state;
    return (high | low) == 0 || span == 0
        ? null
        : new TraceContext(high, low, span, sampled, kept, Form.W3C);
  }

  /** {@code TRACE-SPAN[-SAMPLED[-PARENT]]}. */
  private static @Nullable TraceContext b3(String text, boolean open) {
    String[] parts = text.split("-", -1);
    return parts.length < 2
        ? null
        : b3(parts[0], parts[1], isYes(parts.length > 2 ? parts[2] : null, open), Form.B3_SINGLE);
  }

  private static @Nullable TraceContext b3(String trace, String span, boolean sampled, Form form) {
    boolean wide = trace.length() == 32;
    if ((!wide && trace.length() != 16)
        || span.length() != 16
        || !isHex(trace, 0, trace.length())
        || !isHex(span, 0, 16)) {
      return null;
    }
    long high = wide ? HexFormat.fromHexDigitsToLong(trace, 0, 16) : 0;
    long low = HexFormat.fromHexDigitsToLong(trace, wide ? 16 : 0, trace.length());
    long id = HexFormat.fromHexDigitsToLong(span, 0, 16);
    return (high | low) == 0 || id == 0 ? null : new TraceContext(high, low, id, sampled, "", form);
  }

  private static boolean isYes(@Nullable String sampled, boolean open) {
    return sampled == null
        ? open
        : "1".equals(sampled) || "d".equals(sampled) || "true".equals(sampled);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The trace id as 32 hexadecimal digits. */
  String traceText() {
    return HEX.toHexDigits(high) + HEX.toHexDigits(low);
  }

  /** Tells the next hop that this span calls it: in W3C's form always, in B3's when it came so. */
  void writeTo(HeaderBlock headers, @Nullable TraceContext parent) {
    String trace = traceText();
    String id = HEX.toHexDigits(span);
    headers.set(TRACEPARENT, "00-" + trace + "-" + id + (sampled ? "-01" : "-00"));
    if (state.isEmpty()) {
      headers.remove(TRACESTATE);
    } else {
      headers.set(TRACESTATE, state);
    }
    if (parent == null) {
      return;
    }
    switch (parent.form) {
      case W3C -> {}
      case B3_SINGLE ->
          headers.set(
              B3, trace + "-" + id + (sampled ? "-1-" : "-0-") + HEX.toHexDigits(parent.span));
      case B3_MULTI -> {
        headers.set(B3_TRACE, trace);
        headers.set(B3_SPAN, id);
        headers.set(B3_PARENT, HEX.toHexDigits(parent.span));
        headers.set(B3_SAMPLED, sampled ? "1" : "0");
      }
    }
  }
}
