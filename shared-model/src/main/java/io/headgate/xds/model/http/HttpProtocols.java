package io.headgate.xds.model.http;

/**
 * Which versions of HTTP a connection manager speaks, and how.
 *
 * @param upgrades the protocols that requests may change to
 * @param proxy100Continue whether {@code expect: 100-continue} is left to the upstream; otherwise
 *     it is answered at once
 */
public record HttpProtocols(
    Codec codec,
    Http1Options http1,
    Http2Options http2,
    Upgrades upgrades,
    boolean proxy100Continue) {
  public static final HttpProtocols DEFAULT =
      new HttpProtocols(
          Codec.AUTO, Http1Options.DEFAULT, Http2Options.DEFAULT, Upgrades.NONE, false);

  /** How the version of a connection is found. */
  public enum Codec {
    /** By ALPN under TLS; in clear text by the preface of HTTP/2. */
    AUTO,
    /** HTTP/1 only. */
    HTTP1,
    /** HTTP/2 only, by prior knowledge in clear text. */
    HTTP2
  }
}
