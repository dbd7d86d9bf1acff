package io.headgate.xds.model.http;

/**
 * How heads are cleaned, completed and signed on their way through.
 *
 * @param protocols the versions of HTTP and their own options
 * @param addUserAgent whether x-envoy-downstream-service-cluster and a missing user-agent are set
 * @param clientCert what is told of the client's certificate
 */
public record HttpRules(
    ForwardedRules forwarded,
    RequestIdRules requestId,
    PathRules path,
    UnderscoreHeaders underscoreHeaders,
    ServerHeader server,
    HttpProtocols protocols,
    boolean addUserAgent,
    ClientCertRules clientCert) {
  public static final HttpRules DEFAULT =
      new HttpRules(
          ForwardedRules.DEFAULT,
          RequestIdRules.DEFAULT,
          PathRules.DEFAULT,
          UnderscoreHeaders.ALLOW,
          ServerHeader.DEFAULT,
          HttpProtocols.DEFAULT,
          false);

  /** Rules that tell nothing of client certificates. */
  public HttpRules(
      ForwardedRules forwarded,
      RequestIdRules requestId,
      PathRules path,
      UnderscoreHeaders underscoreHeaders,
      ServerHeader server,
      HttpProtocols protocols,
      boolean addUserAgent) {
    this(
        forwarded,
        requestId,
        path,
        underscoreHeaders,
        server,
        protocols,
        addUserAgent,
        ClientCertRules.DEFAULT);
  }

  /** What is done with header names that contain an underscore. */
  public enum UnderscoreHeaders {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
  }
}
