package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.Tokens;

/** Parses status lines (RFC 9112 §4). One object per connection. */
final class StatusLine {
  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};

  /** Where the fields begin after {@link #parse}. */
  int next;

  /** Returns whether the line is well-formed, and fills in the head. */
  boolean parse(ResponseHead head, int at, int end) {
    byte[] b = head.headers().array();
    if (end - at < 14) {
      return false;
    }
    for (int i = 0; i < VERSION.length; i++) {
      if (b[at + i] != VERSION[i]) {
        return false;
      }
    }
    byte minor = b[at + 7];
    if ((minor != '0' && minor != '1') || b[at + 8] != ' ') {
      return false;
    }
    head.protocol(minor == '1' ? Protocol.HTTP_11 : Protocol.HTTP_10);
    int status = 0;
    for (int i = at + 9; i < at + 12; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      status = status * 10 + digit;
    }
    if (status < 100) {
      return false;
    }
    head.status(status);
    int i = at + 12;
    if (b[i] == ' ') {
      while (Tokens.isValue(b[i])) {
        i++;
      }
    }
    next = i + 2;
    return b[i] == '\r' && b[i + 1] == '\n';
  }
}
