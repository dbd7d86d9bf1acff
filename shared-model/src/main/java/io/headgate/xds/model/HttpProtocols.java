package io.headgate.xds.model;

/**
 * Which versions of HTTP a connection manager speaks, and how.
 *
 * @param http1Trailers whether trailers of HTTP/1 requests and responses are forwarded
 */
public record HttpProtocols(Codec codec, boolean http1Trailers, Http2Options http2) {
  public static final HttpProtocols DEFAULT =
      new HttpProtocols(Codec.AUTO, false, Http2Options.DEFAULT);

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
