package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.codec.h2.hpack.FieldKind;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** Takes the fields of responses and makes heads of them. */
final class ResponseFields extends MessageFields {
  private ResponseHead head = new ResponseHead(0, 1);
  private boolean statusSet;

  ResponseFields(H2Settings settings) {
    super(settings);
  }

  void begin(ResponseHead newHead) {
    super.begin(newHead.headers());
    head = newHead;
    statusSet = false;
  }

  @Override
  @Nullable String pseudo(int kind, int value, int length) {
    if (kind != FieldKind.STATUS || statusSet || length != 3) {
      return "http2.pseudo_header";
    }
    byte[] b = block().array();
    int status = 0;
    for (int i = value; i < value + 3; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return "http2.status";
      }
      status = status * 10 + digit;
    }
    if (status < 100) {
      return "http2.status";
    }
    statusSet = true;
    head.status(status);
    return null;
  }

  @Override
  boolean host(int value, int length) {
    return false;
  }

  @Override
  boolean accepts(int name, int length) {
    return true;
  }

  /** All fields are there: completes the head, or sets {@link #flaw}. */
  void end() {
    if (flaw == null && !statusSet && !tooLarge) {
      flaw = "http2.no_status";
    }
    head.protocol(Protocol.HTTP_2);
    joinCookie();
  }
}
