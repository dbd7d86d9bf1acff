package io.headgate.xds.model.http;

/**
 * How heads are cleaned, completed and signed on their way through.
 *
 * @param cleaning of paths and header names
 * @param protocols the versions of HTTP and their own options
 * @param answers how answers are signed, and those that the proxy makes are changed
 * @param addUserAgent whether x-envoy-downstream-service-cluster and a missing user-agent are set
 * @param clientCert what is told of the client's certificate
 */
public record HttpRules(
    ForwardedRules forwarded,
    RequestIdRules requestId,
    Cleaning cleaning,
    Answers answers,
    HttpProtocols protocols,
    boolean addUserAgent,
    ClientCertRules clientCert) {
  public static final HttpRules DEFAULT =
      new HttpRules(
          ForwardedRules.DEFAULT,
          RequestIdRules.DEFAULT,
          PathRules.DEFAULT,
          UnderscoreHeaders.ALLOW,
          Answers.DEFAULT,
          HttpProtocols.DEFAULT,
          false);

  /** Rules that tell nothing of client certificates. */
  public HttpRules(
      ForwardedRules forwarded,
      RequestIdRules requestId,
      PathRules path,
      UnderscoreHeaders underscoreHeaders,
      Answers answers,
      HttpProtocols protocols,
      boolean addUserAgent) {
    this(
        forwarded,
        requestId,
        new Cleaning(path, underscoreHeaders),
        answers,
        protocols,
        addUserAgent,
        ClientCertRules.DEFAULT);
  }

  /** What is done with paths, and with header names that are trouble. */
  public record Cleaning(PathRules path, UnderscoreHeaders underscoreHeaders) {}

  /** How paths are cleaned. */
  public PathRules path() {
    return cleaning.path();
  }

  /** What is done with header names that contain an underscore. */
  public UnderscoreHeaders underscoreHeaders() {
    return cleaning.underscoreHeaders();
  }

  /** What is done with all answers, and with the proxy's own. */
  public record Answers(ServerHeader server, LocalReplyRules local) {
    public static final Answers DEFAULT = new Answers(ServerHeader.DEFAULT, LocalReplyRules.NONE);
  }

  /** How answers are signed. */
  public ServerHeader server() {
    return answers.server();
  }

  /** What is done with header names that contain an underscore. */
  public enum UnderscoreHeaders {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
  }
}
