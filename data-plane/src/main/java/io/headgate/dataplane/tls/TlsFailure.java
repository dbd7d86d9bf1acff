package io.headgate.dataplane.tls;

import java.security.cert.CertificateException;

/** Why a peer's certificate was not taken. Without a stack trace: peers cause it at will. */
public final class TlsFailure extends CertificateException {
  private static final long serialVersionUID = 1;

  /** What is counted, in Envoy's words. */
  public enum Kind {
    /** No certificate where one is needed. */
    NO_CERTIFICATE,
    /** The chain does not lead to a trusted authority, has expired, or was revoked. */
    CHAIN,
    /** The certificate is somebody else's. */
    NAMES,
    /** The certificate is not one of those that are pinned. */
    HASH
  }

  private final Kind kind;

  TlsFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What is counted. */
  public Kind kind() {
    return kind;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
