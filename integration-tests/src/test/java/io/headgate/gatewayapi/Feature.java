package io.headgate.gatewayapi;

/**
 * What of Gateway API v1.4 is served: all that its standard channel has for these kinds, and some
 * of what is left to implementations or experimental. The support table is made of it.
 */
enum Feature {
  GATEWAY("Gateway", Level.CORE, "listeners with protocol HTTP"),
  GATEWAY_PORT("Gateway", Level.EXTENDED, "GatewayPort8080; listeners on any port"),
  GATEWAY_HTTPS(
      "Gateway",
      Level.CORE,
      "listeners with protocol HTTPS, TLS mode Terminate, certificates by SNI"),
  GATEWAY_HOSTNAME("Gateway", Level.CORE, "listener hostnames, exact and wildcard"),
  GATEWAY_NAMESPACES(
      "Gateway",
      Level.CORE,
      "allowedRoutes.namespaces: Same, All, Selector (by kubernetes.io/metadata.name)"),
  GATEWAY_KINDS("Gateway", Level.CORE, "allowedRoutes.kinds"),
  GATEWAY_STATUS(
      "Gateway",
      Level.CORE,
      "conditions Accepted and Programmed; of listeners Accepted, Conflicted, "
          + "ResolvedRefs, Programmed; attachedRoutes, supportedKinds"),
  GATEWAY_CONFLICTS(
      "Gateway",
      Level.CORE,
      "listeners that conflict, by protocol or hostname, in one Gateway or in two"),
  GATEWAY_MODIFY("Gateway", Level.CORE, "listeners that are added, changed and removed"),
  GATEWAY_ISOLATION(
      "Gateway",
      Level.EXTENDED,
      "GatewayHTTPListenerIsolation: a request meets the routes of the listener that is "
          + "meant most precisely"),
  GATEWAY_CLIENT_CERTIFICATE(
      "Gateway",
      Level.EXPERIMENTAL,
      "tls.backend.clientCertificateRef: the certificate that is shown to backends"),
  REFERENCE_GRANT(
      "ReferenceGrant", Level.CORE, "references to Services and Secrets of other namespaces"),
  HTTP_PATH("HTTPRoute", Level.CORE, "path match Exact and PathPrefix"),
  HTTP_PATH_REGEX("HTTPRoute", Level.IMPLEMENTATION, "path match RegularExpression (RE2)"),
  HTTP_HEADER("HTTPRoute", Level.CORE, "header match Exact"),
  HTTP_HEADER_REGEX("HTTPRoute", Level.IMPLEMENTATION, "header match RegularExpression (RE2)"),
  HTTP_QUERY(
      "HTTPRoute", Level.EXTENDED, "HTTPRouteQueryParamMatching, Exact and RegularExpression"),
  HTTP_METHOD("HTTPRoute", Level.EXTENDED, "HTTPRouteMethodMatching"),
  HTTP_HOSTNAMES(
      "HTTPRoute", Level.CORE, "hostnames, and their intersection with those of the listener"),
  HTTP_PRECEDENCE(
      "HTTPRoute",
      Level.CORE,
      "precedence: hostname, path, method, headers, query parameters, age, name, order"),
  HTTP_PARENT_SECTION("HTTPRoute", Level.CORE, "parentRefs with sectionName"),
  HTTP_PARENT_PORT("HTTPRoute", Level.EXTENDED, "HTTPRouteParentRefPort"),
  HTTP_WEIGHT("HTTPRoute", Level.CORE, "weighted backendRefs"),
  HTTP_REQUEST_HEADERS("HTTPRoute", Level.CORE, "filter RequestHeaderModifier"),
  HTTP_RESPONSE_HEADERS("HTTPRoute", Level.EXTENDED, "HTTPRouteResponseHeaderModification"),
  HTTP_BACKEND_HEADERS(
      "HTTPRoute",
      Level.EXTENDED,
      "HTTPRouteBackendRequestHeaderModification; ResponseHeaderModifier too"),
  HTTP_REDIRECT(
      "HTTPRoute", Level.CORE, "filter RequestRedirect with hostname and status 301, 302"),
  HTTP_REDIRECT_SCHEME("HTTPRoute", Level.EXTENDED, "HTTPRouteSchemeRedirect"),
  HTTP_REDIRECT_PORT("HTTPRoute", Level.EXTENDED, "HTTPRoutePortRedirect"),
  HTTP_REDIRECT_PATH("HTTPRoute", Level.EXTENDED, "HTTPRoutePathRedirect"),
  HTTP_REDIRECT_STATUS(
      "HTTPRoute",
      Level.EXTENDED,
      "HTTPRoute303RedirectStatusCode, HTTPRoute307RedirectStatusCode, "
          + "HTTPRoute308RedirectStatusCode"),
  HTTP_REWRITE_HOST("HTTPRoute", Level.EXTENDED, "HTTPRouteHostRewrite"),
  HTTP_REWRITE_PATH("HTTPRoute", Level.EXTENDED, "HTTPRoutePathRewrite"),
  HTTP_MIRROR("HTTPRoute", Level.EXTENDED, "HTTPRouteRequestMirror"),
  HTTP_MIRRORS("HTTPRoute", Level.EXTENDED, "HTTPRouteRequestMultipleMirrors"),
  HTTP_MIRROR_PERCENT(
      "HTTPRoute", Level.EXTENDED, "HTTPRouteRequestPercentageMirror, percent and fraction"),
  HTTP_TIMEOUT("HTTPRoute", Level.EXTENDED, "HTTPRouteRequestTimeout"),
  HTTP_BACKEND_TIMEOUT("HTTPRoute", Level.EXTENDED, "HTTPRouteBackendTimeout"),
  HTTP_H2C("HTTPRoute", Level.EXTENDED, "HTTPRouteBackendProtocolH2C"),
  HTTP_WEBSOCKET("HTTPRoute", Level.EXTENDED, "HTTPRouteBackendProtocolWebSocket"),
  HTTP_NAMED_RULE(
      "HTTPRoute",
      Level.EXTENDED,
      "HTTPRouteNamedRouteRule: policies name the rule in sectionName"),
  HTTP_RETRY("HTTPRoute", Level.EXPERIMENTAL, "retry"),
  HTTP_CORS("HTTPRoute", Level.EXPERIMENTAL, "HTTPRouteCORS"),
  HTTP_ERRORS(
      "HTTPRoute",
      Level.CORE,
      "500 for the share of a backend that is missing, not permitted or no Service"),
  HTTP_STATUS(
      "HTTPRoute",
      Level.CORE,
      "conditions Accepted and ResolvedRefs of each parentRef, with their reasons"),
  GRPC_METHOD("GRPCRoute", Level.CORE, "method match Exact: service and method, service alone"),
  GRPC_METHOD_OTHER(
      "GRPCRoute",
      Level.IMPLEMENTATION,
      "method match Exact without service, and RegularExpression (RE2)"),
  GRPC_HEADER("GRPCRoute", Level.CORE, "header match Exact; RegularExpression (RE2) too"),
  GRPC_HOSTNAMES(
      "GRPCRoute", Level.CORE, "hostnames; one host is for HTTPRoutes or for GRPCRoutes"),
  GRPC_PRECEDENCE(
      "GRPCRoute", Level.CORE, "precedence: hostname, service, method, headers, age, name, order"),
  GRPC_WEIGHT("GRPCRoute", Level.CORE, "weighted backendRefs"),
  GRPC_REQUEST_HEADERS("GRPCRoute", Level.CORE, "filter RequestHeaderModifier"),
  GRPC_RESPONSE_HEADERS("GRPCRoute", Level.EXTENDED, "filter ResponseHeaderModifier"),
  GRPC_BACKEND_HEADERS("GRPCRoute", Level.EXTENDED, "header filters of backendRefs"),
  GRPC_MIRROR("GRPCRoute", Level.EXTENDED, "filter RequestMirror"),
  GRPC_NAMED_RULE("GRPCRoute", Level.EXTENDED, "GRPCRouteNamedRouteRule"),
  GRPC_ERRORS(
      "GRPCRoute",
      Level.CORE,
      "UNAVAILABLE for the share of a backend that is missing, not permitted or no " + "Service"),
  GRPC_STATUS("GRPCRoute", Level.CORE, "conditions as of HTTPRoute"),
  TLS_PASSTHROUGH(
      "TLSRoute", Level.EXPERIMENTAL, "TLS mode Passthrough, connections chosen by server name"),
  TLS_TERMINATE("TLSRoute", Level.EXPERIMENTAL, "TLS mode Terminate at a listener of protocol TLS"),
  TCP_ROUTE("TCPRoute", Level.EXPERIMENTAL, "listeners of protocol TCP, weighted backendRefs"),
  BACKEND_TLS(
      "BackendTLSPolicy",
      Level.EXTENDED,
      "targetRefs to Services and their ports; hostname; caCertificateRefs to ConfigMaps and "
          + "Secrets, wellKnownCACertificates"),
  BACKEND_TLS_NAMES("BackendTLSPolicy", Level.EXTENDED, "BackendTLSPolicySANValidation"),
  BACKEND_TLS_STATUS(
      "BackendTLSPolicy",
      Level.EXTENDED,
      "conditions Accepted and ResolvedRefs, with their reasons; never clear text"),
  BACKEND_TLS_CERTIFICATE(
      "BackendTLSPolicy",
      Level.IMPLEMENTATION,
      "options gateway.headgate.io/client-certificate: the certificate that is shown to one"
          + " service"),
  CLIENT_TLS(
      "ClientTrafficPolicy",
      Level.IMPLEMENTATION,
      "versions, suites, groups, ALPN and resumption of listeners that end TLS"),
  CLIENT_CERTIFICATES(
      "ClientTrafficPolicy",
      Level.IMPLEMENTATION,
      "certificates of clients: authorities, names, revocation"),
  CLIENT_STAPLES(
      "ClientTrafficPolicy",
      Level.IMPLEMENTATION,
      "OCSP staples of a Secret, and what their lack means"),
  CLIENT_TICKETS(
      "ClientTrafficPolicy", Level.IMPLEMENTATION, "keys of session tickets that proxies share");

  /** What Gateway API asks of implementations. */
  enum Level {
    CORE("core"),
    EXTENDED("extended"),
    IMPLEMENTATION("implementation-specific"),
    EXPERIMENTAL("experimental channel");

    private final String text;

    Level(String text) {
      this.text = text;
    }
  }

  private final String resource;
  private final Level level;
  private final String text;

  Feature(String resource, Level level, String text) {
    this.resource = resource;
    this.level = level;
    this.text = text;
  }

  /** The row of the support table. */
  String row(String scenarios) {
    return "| %s | %s | %s | %s |".formatted(resource, text, level.text, scenarios);
  }
}
