package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Tokens;

/**
 * A field of a table, as it will lie in a header block: {@code name: value CR LF}. What there is to
 * know of its name and value is found once. Immutable.
 */
final class Field {
  /** What an entry costs beside its bytes (RFC 7541 §4.1). */
  static final int OVERHEAD = 32;

  final byte[] line;
  final int nameLength;
  final int hash;
  final int kind;

  /** Whether name and value may stand in a message. */
  final boolean legal;

  Field(byte[] line, int nameLength, int hash, int kind, boolean legal) {
    this.line = line;
    this.nameLength = nameLength;
    this.hash = hash;
    this.kind = kind;
    this.legal = legal;
  }

  static Field of(String name, String value) {
    byte[] line = (name + ": " + value + "\r\n").getBytes(US_ASCII);
    int hash = HeaderName.hash(line, 0, name.length());
    return new Field(line, name.length(), hash, FieldKind.of(hash, line, 0, name.length()), true);
  }

  int valueLength() {
    return line.length - nameLength - 4;
  }

  int size() {
    return line.length - 4 + OVERHEAD;
  }

  /** Returns whether bytes are a field name in lower case, or one behind a colon. */
  static boolean isLegalName(byte[] b, int offset, int length) {
    int at = length > 0 && b[offset] == ':' ? offset + 1 : offset;
    if (at == offset + length) {
      return false;
    }
    for (; at < offset + length; at++) {
      byte c = b[at];
      if (c <= 0 || Tokens.lower(c) != c) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether bytes may be a value: no control character, no space at either end. */
  static boolean isLegalValue(byte[] b, int offset, int length) {
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      if (!Tokens.isValue(b[i])) {
        return false;
      }
    }
    return length == 0 || (!isSpace(b[offset]) && !isSpace(b[end - 1]));
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }
}
