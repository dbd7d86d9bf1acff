package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.Authority;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.OriginalNames;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request's head of its bytes and judges it: version, framing, the one authority that host
 * and target name, the upgrade. One object per connection.
 */
final class RequestParser {
  private final H1Settings settings;
  private final Fields fields;
  private final RequestLine line = new RequestLine();
  private String lastAuthority = "";

  RequestParser(H1Settings settings, Fields fields) {
    this.settings = settings;
    this.fields = fields;
  }

  /** Parses bytes that the head's block has adopted; returns null, or what is wrong. */
  @Nullable ProxyError parse(RequestHead head, int at, int end) {
    ProxyError wrong = line.parse(head, at, end);
    if (wrong != null) {
      return wrong;
    }
    if (!settings.options().allowAbsoluteUrl()) {
      line.keepAbsolute(head);
    }
    boolean old = head.protocol() == Protocol.HTTP_10;
    if (old && !settings.options().acceptHttp10()) {
      return ProxyError.of(ErrorKind.UPGRADE_REQUIRED);
    }
    if (settings.preservesCase()) {
      head.headers().originalNames(new OriginalNames(head.headers().array(), line.next, end));
    }
    String broken = fields.parse(head.headers(), line.next, end);
    if (broken != null) {
      return fields.tooMany ? ProxyError.of(ErrorKind.TOO_MANY_HEADERS) : RequestLine.bad(broken);
    }
    if (old && fields.chunked) {
      return RequestLine.bad("http1.transfer_encoding_not_allowed");
    }
    boolean connect = head.method().equals(Method.CONNECT);
    if (connect && (fields.chunked || fields.contentLength >= 0)) {
      return RequestLine.bad("http1.body_disallowed");
    }
    if (!old && !connect && !fields.chunked && fields.contentLength <= 0) {
      // Before the body has been read nobody may switch, so with a body it is no upgrade.
      head.upgrade(fields.upgrade(head.headers().array()));
    }
    return authority(head, old);
  }

  /** Makes the authority from the Host field and the target, which must not disagree. */
  private @Nullable ProxyError authority(RequestHead head, boolean old) {
    byte[] b = head.headers().array();
    int offset = fields.hostOffset;
    int length = fields.hostLength;
    if (offset < 0) {
      if (!old) {
        return RequestLine.bad("missing_host_header");
      }
      if (line.targetAuthorityOffset < 0) {
        String host = settings.options().defaultHostForHttp10();
        if (host.isEmpty()) {
          return RequestLine.bad("missing_host_header");
        }
        head.authority(host);
        return null;
      }
      offset = line.targetAuthorityOffset;
      length = line.targetAuthorityLength;
    } else if (!Authority.isLegal(b, offset, offset + length)) {
      return RequestLine.bad("http1.invalid_host");
    } else if (line.targetAuthorityOffset >= 0
        && !Tokens.sameIgnoringCase(
            b, offset, length, line.targetAuthorityOffset, line.targetAuthorityLength)) {
      return RequestLine.bad("http1.host_disagrees");
    }
    head.authorityRange(
        offset, length, Tokens.same(b, offset, length, lastAuthority) ? lastAuthority : null);
    lastAuthority = head.authority();
    return null;
  }
}
