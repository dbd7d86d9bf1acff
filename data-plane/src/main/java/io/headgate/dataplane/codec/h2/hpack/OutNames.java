package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderName;
import java.util.Arrays;
import java.util.List;

/** How fields that are sent are written, by their name. Immutable. */
final class OutNames {
  /** Enters the dynamic table. */
  static final int INDEX = 0;

  /** Changes from message to message: would only push others out of the table. */
  static final int ONCE = 1;

  /** A secret: never enters a table, ours or that of a proxy behind us (RFC 7541 §7.1.3). */
  static final int SECRET = 2;

  /** Belongs to an HTTP/1 connection: not sent. */
  static final int DROP = 3;

  private static final List<String> TIMELY =
      List.of(
          ":path",
          "content-length",
          "content-range",
          "age",
          "etag",
          "if-none-match",
          "if-modified-since",
          "if-range",
          "last-modified",
          "location",
          "range",
          "referer",
          "x-request-id",
          "x-envoy-upstream-service-time",
          "x-forwarded-for",
          "traceparent",
          "tracestate",
          "expires",
          "retry-after",
          "link",
          "grpc-timeout");
  private static final List<String> SECRETS =
      List.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");
  private static final List<String> DROPPED =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "host");

  private static final int MASK = 511;
  private static final byte[][] NAMES = new byte[MASK + 1][];
  private static final int[] ENTRIES = new int[MASK + 1];

  static {
    for (int i = StaticTable.SIZE; i >= 1; i--) {
      Field field = StaticTable.FIELDS[i];
      put(new String(field.line, 0, field.nameLength, US_ASCII), i, INDEX);
    }
    TIMELY.forEach(name -> put(name, 0, ONCE));
    SECRETS.forEach(name -> put(name, 0, SECRET));
    DROPPED.forEach(name -> put(name, 0, DROP));
  }

  private OutNames() {}

  private static void put(String text, int index, int policy) {
    byte[] name = text.getBytes(US_ASCII);
    int slot = slot(HeaderName.hash(name, 0, name.length), name, 0, name.length);
    NAMES[slot] = name;
    int before = ENTRIES[slot];
    ENTRIES[slot] = (index == 0 ? before & 0xff : index) | policy << 8;
  }

  private static int slot(int hash, byte[] b, int offset, int length) {
    int slot = (hash ^ hash >>> 9) & MASK;
    while (NAMES[slot] != null
        && !Arrays.equals(NAMES[slot], 0, NAMES[slot].length, b, offset, offset + length)) {
      slot = (slot + 1) & MASK;
    }
    return slot;
  }

  /** Returns the first static index of a name, or 0, and its policy from bit 8 on. */
  static int find(int hash, byte[] b, int offset, int length) {
    return ENTRIES[slot(hash, b, offset, length)];
  }
}
