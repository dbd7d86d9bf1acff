package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code Expect} (RFC 9110 §10.1.1): 100-continue is answered here at once, or by the upstream
 * where the config says so; anything else is refused.
 */
final class Expectations {
  private static final ResponseHead CONTINUE = new ResponseHead();

  static {
    CONTINUE.status(100);
  }

  private Expectations() {}

  /**
   * Answers an expectation and takes it out of the head, or leaves it to the upstream; returns the
   * refusal of one we don't know.
   */
  static @Nullable LocalReply check(RequestHead head, ServerStream client, boolean proxied) {
    HeaderBlock headers = head.headers();
    int i = headers.find(HeaderNames.EXPECT, 0);
    if (i < 0) {
      return null;
    }
    for (; i >= 0; i = headers.find(HeaderNames.EXPECT, i + 1)) {
      if (!headers.valueEqualsIgnoreCase(i, "100-continue")) {
        return LocalReply.of(ProxyError.of(ErrorKind.EXPECTATION_FAILED));
      }
    }
    if (proxied) {
      return null;
    }
    headers.remove(HeaderNames.EXPECT);
    client.sendInformational(CONTINUE);
    return null;
  }
}
