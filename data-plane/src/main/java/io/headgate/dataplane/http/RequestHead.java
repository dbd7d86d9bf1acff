package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: method, scheme, authority and path as fields, and its header block.
 *
 * <p>There is no {@code host} header in the block: the codec moves it to the authority and back.
 * Authority and path lie as ranges in the storage of the header block; {@link #path()} and {@link
 * #authority()} make their String once. The path holds the query. A changed authority or path is
 * checked: no control character, no space.
 *
 * <p><b>Thread:</b> confined to the stream's event loop. <b>Ownership:</b> lent until the stream
 * ends.
 */
public final class RequestHead {
  private final HeaderBlock headers = new HeaderBlock();
  private Method method = Method.GET;
  private String scheme = "http";
  private Protocol protocol = Protocol.HTTP_11;
  private int authorityOffset;
  private int authorityLength;
  private int pathOffset;
  private int pathLength;
  private @Nullable String authority;
  private @Nullable String path;
  private @Nullable String upgrade;

  /** Makes an empty head: {@code GET}, {@code http}, no authority, no path. */
  public RequestHead() {}

  /** Forgets everything, for reuse by a connection. */
  public void clear() {
    headers.clear();
    method = Method.GET;
    scheme = "http";
    protocol = Protocol.HTTP_11;
    authorityOffset = 0;
    authorityLength = 0;
    pathOffset = 0;
    pathLength = 0;
    authority = null;
    path = null;
    upgrade = null;
  }

  /** Returns the header fields, without {@code host} and pseudo fields. */
  public HeaderBlock headers() {
    return headers;
  }

  public Method method() {
    return method;
  }

  public void method(Method newMethod) {
    method = newMethod;
  }

  /** Returns {@code http} or {@code https}, lower-case. */
  public String scheme() {
    return scheme;
  }

  public void scheme(String newScheme) {
    scheme = newScheme;
  }

  public Protocol protocol() {
    return protocol;
  }

  public void protocol(Protocol newProtocol) {
    protocol = newProtocol;
  }

  /**
   * Returns the lower-case token of the protocol that the client asks to change to, for example
   * {@code websocket}; null for an ordinary request. The fields {@code connection} and {@code
   * upgrade} are not in the block: codecs read and write them. More than one token stand as they
   * were sent, lower-case and joined by {@code ", "}; no config names such a list. {@code h2c} is
   * never seen here.
   */
  public @Nullable String upgrade() {
    return upgrade;
  }

  /** Sets the lower-case token of the protocol to change to, null for an ordinary request. */
  public void upgrade(@Nullable String token) {
    upgrade = token;
  }

  /**
   * Returns whether an accepting answer would make this stream a tunnel: a CONNECT or an upgrade.
   */
  public boolean asksForTunnel() {
    return upgrade != null || method.equals(Method.CONNECT);
  }

  /**
   * Returns whether that answer turns the stream into a tunnel: 101 to an upgrade, any 2xx to a
   * CONNECT (RFC 9110 §9.3.6).
   */
  public boolean isTunnelAcceptedBy(int status) {
    return upgrade != null
        ? status == 101
        : method.equals(Method.CONNECT) && status >= 200 && status < 300;
  }

  /** Returns the authority as it was sent (host and port), empty when there was none. */
  public String authority() {
    String text = authority;
    if (text == null) {
      text = new String(headers.array(), authorityOffset, authorityLength, ISO_8859_1);
      authority = text;
    }
    return text;
  }

  /**
   * Replaces the authority.
   *
   * @throws HeaderViolation when it holds a control character or a space
   */
  public void authority(String text) {
    check(text, "authority");
    byte[] raw = HeaderBlock.encode(text);
    authorityOffset = headers.append(text);
    authorityLength = raw.length;
    authority = text;
  }

  /**
   * Replaces the authority by one that was made of parts of a request.
   *
   * @throws HeaderViolation when it is no authority
   */
  public void madeAuthority(String text) {
    byte[] raw = HeaderBlock.encode(text);
    if (!Authority.isLegal(raw, 0, raw.length)) {
      throw new HeaderViolation("the authority is none");
    }
    authority(text);
  }

  /** Returns the path with its query, as it will be sent. */
  public String path() {
    String text = path;
    if (text == null) {
      text = new String(headers.array(), pathOffset, pathLength, ISO_8859_1);
      path = text;
    }
    return text;
  }

  /**
   * Replaces the path and query.
   *
   * @throws HeaderViolation when it holds a control character or a space
   */
  public void path(String text) {
    check(text, "path");
    byte[] raw = HeaderBlock.encode(text);
    pathOffset = headers.append(text);
    pathLength = raw.length;
    path = text;
  }

  private static void check(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        throw new HeaderViolation("illegal character in the " + what);
      }
    }
  }

  /** Returns where the path begins in {@code headers().array()}. */
  public int pathOffset() {
    return pathOffset;
  }

  /** Returns the path's length in bytes, with the query. */
  public int pathLength() {
    return pathLength;
  }

  /** Returns where the authority begins in {@code headers().array()}. */
  public int authorityOffset() {
    return authorityOffset;
  }

  /** Returns the authority's length in bytes. */
  public int authorityLength() {
    return authorityLength;
  }

  /** Returns the length of the path in bytes up to the query. */
  public int pathLengthWithoutQuery() {
    byte[] b = headers.array();
    for (int i = pathOffset; i < pathOffset + pathLength; i++) {
      if (b[i] == '?') {
        return i - pathOffset;
      }
    }
    return pathLength;
  }

  /** Returns whether the path starts with these bytes; no garbage. */
  public boolean pathStartsWith(byte[] prefix) {
    return pathLength >= prefix.length
        && Arrays.equals(
            headers.array(), pathOffset, pathOffset + prefix.length, prefix, 0, prefix.length);
  }

  /** Says where the path lies in the header block's storage; for codecs, which have checked it. */
  public void pathRange(int offset, int length) {
    pathOffset = offset;
    pathLength = length;
    path = null;
  }

  /**
   * Says where the authority lies in the header block's storage; for codecs, which have checked it.
   *
   * @param text its String when the codec has it at hand
   */
  public void authorityRange(int offset, int length, @Nullable String text) {
    authorityOffset = offset;
    authorityLength = length;
    authority = text;
  }

  /**
   * Returns a pseudo field, {@code host} or all values of a header joined by a comma; null when
   * absent.
   */
  public @Nullable String value(HeaderName name) {
    if (name.isPseudo()) {
      if (name.equals(HeaderNames.PSEUDO_PATH)) {
        return path();
      } else if (name.equals(HeaderNames.PSEUDO_AUTHORITY)) {
        return authority();
      } else if (name.equals(HeaderNames.PSEUDO_METHOD)) {
        return method.toString();
      } else if (name.equals(HeaderNames.PSEUDO_SCHEME)) {
        return scheme;
      }
      return null;
    }
    return name.equals(HeaderNames.HOST) ? authority() : headers.joined(name);
  }

  /** Makes this head equal to another one, with its own storage. */
  public void copyFrom(RequestHead other) {
    headers.copyFrom(other.headers);
    method = other.method;
    scheme = other.scheme;
    protocol = other.protocol;
    authorityOffset = other.authorityOffset;
    authorityLength = other.authorityLength;
    pathOffset = other.pathOffset;
    pathLength = other.pathLength;
    authority = other.authority;
    path = other.path;
    upgrade = other.upgrade;
  }

  @Override
  public String toString() {
    return method + " " + scheme + "://" + authority() + path() + "\n" + headers;
  }
}
