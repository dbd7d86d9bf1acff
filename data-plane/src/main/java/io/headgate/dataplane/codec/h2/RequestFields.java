package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.codec.h2.hpack.FieldKind;
import io.headgate.dataplane.http.Authority;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.Tokens;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of requests and makes heads of them. What breaks HTTP/2 is {@link #flaw}; what
 * is only a bad request has an error that is answered.
 */
final class RequestFields extends MessageFields {
  private static final int UNSET = -1;

  private final boolean secure;
  private final boolean allowConnect;
  private final UnderscoreHeaders underscores;
  private final H2Meters meters;

  private RequestHead head = new RequestHead();
  private boolean methodSet;
  private boolean schemeSet;
  private int pathOffset;
  private int pathLength;
  private int authorityOffset;
  private int authorityLength;
  private int hostOffset;
  private int hostLength;
  private @Nullable String protocol;
  private boolean underscoreRejected;
  private String lastAuthority = "";

  RequestFields(H2Settings settings, boolean secure) {
    super(settings);
    this.secure = secure;
    this.allowConnect = settings.options().allowConnect();
    this.underscores = settings.underscores();
    this.meters = settings.meters();
  }

  void begin(RequestHead newHead) {
    super.begin(newHead.headers());
    head = newHead;
    methodSet = false;
    schemeSet = false;
    pathOffset = UNSET;
    authorityOffset = UNSET;
    hostOffset = UNSET;
    protocol = null;
    underscoreRejected = false;
  }

  @Override
  @Nullable String pseudo(int kind, int value, int length) {
    byte[] b = block().array();
    switch (kind) {
      case FieldKind.METHOD -> {
        if (methodSet || !isToken(b, value, length)) {
          return "http2.method";
        }
        methodSet = true;
        head.method(Method.of(b, value, length));
      }
      case FieldKind.SCHEME -> {
        if (schemeSet || !isScheme(b, value, length)) {
          return "http2.scheme";
        }
        schemeSet = true;
      }
      case FieldKind.PATH -> {
        if (pathOffset != UNSET || length == 0) {
          return "http2.path";
        }
        pathOffset = value;
        pathLength = length;
      }
      case FieldKind.AUTHORITY -> {
        if (authorityOffset != UNSET) {
          return "http2.authority";
        }
        authorityOffset = value;
        authorityLength = length;
      }
      case FieldKind.PROTOCOL -> {
        if (protocol != null || !allowConnect || !isToken(b, value, length)) {
          return "http2.protocol";
        }
        protocol = new String(b, value, length, ISO_8859_1).toLowerCase(Locale.ROOT);
      }
      default -> {
        return "http2.pseudo_header";
      }
    }
    return null;
  }

  private static boolean isToken(byte[] b, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!Tokens.isToken(b[i] & 0xff)) {
        return false;
      }
    }
    return length > 0;
  }

  private static boolean isScheme(byte[] b, int offset, int length) {
    return Tokens.equalsIgnoreCase(b, offset, length, "http")
        || Tokens.equalsIgnoreCase(b, offset, length, "https");
  }

  @Override
  boolean host(int value, int length) {
    if (hostOffset != UNSET) {
      flaw = "http2.host_twice";
      return false;
    }
    hostOffset = value;
    hostLength = length;
    return true;
  }

  @Override
  boolean accepts(int name, int length) {
    if (underscores == UnderscoreHeaders.ALLOW) {
      return true;
    }
    byte[] b = block().array();
    for (int i = name; i < name + length; i++) {
      if (b[i] == '_') {
        if (underscores == UnderscoreHeaders.REJECT_REQUEST) {
          underscoreRejected = true;
        } else {
          meters.underscoresDropped.add();
        }
        return false;
      }
    }
    return true;
  }

  /**
   * All fields are there: completes the head, or sets {@link #flaw}.
   *
   * @return null, or the error that is to be answered
   */
  @Nullable ProxyError end(boolean endStream) {
    if (flaw != null) {
      return null;
    }
    if (tooLarge) {
      meters.headerOverflow.add();
      return ProxyError.of(ErrorKind.HEADERS_TOO_LARGE, "http2.too_many_headers");
    }
    boolean connect = head.method().equals(Method.CONNECT);
    boolean plainConnect = connect && protocol == null;
    if (!methodSet
        || (plainConnect ? schemeSet || pathOffset != UNSET : !schemeSet || pathOffset == UNSET)
        || (protocol != null && !connect)) {
      flaw = "http2.pseudo_headers";
      return null;
    }
    if (endStream && contentLength > 0) {
      flaw = "http2.content_length_mismatch";
      return null;
    }
    if (connect && contentLength > 0) {
      return bad("http2.body_disallowed");
    }
    if (underscoreRejected) {
      meters.underscoresRejected.add();
      return bad("http2.unexpected_underscore");
    }
    head.protocol(Protocol.HTTP_2);
    head.scheme(secure ? "https" : "http");
    ProxyError wrong = authority();
    if (wrong != null) {
      return wrong;
    }
    if (plainConnect) {
      head.pathRange(0, 0);
    } else if (!isPath()) {
      return bad("http2.invalid_url");
    } else {
      head.pathRange(pathOffset, pathLength);
    }
    if (protocol != null) {
      head.method(Method.GET);
      head.upgrade(protocol);
    }
    joinCookie();
    return null;
  }

  private boolean isPath() {
    byte[] b = block().array();
    for (int i = pathOffset; i < pathOffset + pathLength; i++) {
      if (b[i] <= ' ' || b[i] == 0x7f || b[i] == '#') {
        return false;
      }
    }
    return b[pathOffset] == '/'
        || (pathLength == 1 && b[pathOffset] == '*' && head.method().equals(Method.OPTIONS));
  }

  /** The authority is that of :authority and host, which must not disagree (RFC 9113 §8.3.1). */
  private @Nullable ProxyError authority() {
    byte[] b = block().array();
    int offset = authorityOffset;
    int length = authorityLength;
    if (offset == UNSET) {
      offset = hostOffset;
      length = hostLength;
    } else if (hostOffset != UNSET
        && !Tokens.sameIgnoringCase(b, offset, length, hostOffset, hostLength)) {
      flaw = "http2.host_disagrees";
      return null;
    }
    if (offset == UNSET || length == 0) {
      return bad("missing_host_header");
    }
    if (!Authority.isLegal(b, offset, offset + length)) {
      return bad("http2.invalid_host");
    }
    head.authorityRange(
        offset, length, Tokens.same(b, offset, length, lastAuthority) ? lastAuthority : null);
    lastAuthority = head.authority();
    return null;
  }

  private static ProxyError bad(String details) {
    return ProxyError.of(ErrorKind.BAD_REQUEST, details);
  }
}
