package io.headgate.gatewayapi;

/** What of Gateway API v1.4 is not served, and why. The second table of the page is made of it. */
enum Refusal {
  STATIC_ADDRESSES(
      "Gateway",
      "GatewayStaticAddresses",
      "extended",
      "proxies bind the wildcard address, or what they are started with",
      "spec.addresses",
      "addresses: [{type: IPAddress, value: 192.0.2.1}]"),
  EMPTY_ADDRESS(
      "Gateway",
      "GatewayAddressEmpty",
      "extended",
      "likewise",
      "spec.addresses",
      "addresses: [{type: IPAddress}]"),
  INFRASTRUCTURE(
      "Gateway",
      "GatewayInfrastructurePropagation",
      "extended",
      "Headgate does not create the proxies' machines",
      "spec.infrastructure",
      "infrastructure: {labels: {a: b}}"),
  DESTINATION_PORT(
      "HTTPRoute",
      "HTTPRouteDestinationPortMatching",
      "experimental channel",
      "no field belongs to it; a listener's port is named by parentRefs.port,"
          + " HTTPRouteParentRefPort",
      "",
      ""),
  EXTERNAL_AUTH(
      "HTTPRoute",
      "filter ExternalAuth",
      "experimental channel",
      "needs an external authorisation service",
      "spec.rules[0].filters[0]",
      "rules: [{filters: [{type: ExternalAuth, externalAuth: {protocol: GRPC, backendRef: {name: a,"
          + " port: 80}}}]}]"),
  EXTENSION(
      "HTTPRoute",
      "filter ExtensionRef",
      "implementation-specific",
      "policies are attached to routes instead",
      "spec.rules[0].filters[0]",
      "rules: [{filters: [{type: ExtensionRef, extensionRef: {group: a.org, kind: B, name: c}}]}]"),
  SESSIONS(
      "HTTPRoute",
      "sessionPersistence",
      "experimental channel",
      "there is no session affinity",
      "spec.rules[0].sessionPersistence",
      "rules: [{sessionPersistence: {sessionName: a}}]"),
  GRPC_EXTENSION(
      "GRPCRoute",
      "filter ExtensionRef",
      "implementation-specific",
      "policies are attached to routes instead",
      "spec.rules[0].filters[0]",
      "rules: [{filters: [{type: ExtensionRef, extensionRef: {group: a.org, kind: B, name: c}}]}]"),
  GRPC_SESSIONS(
      "GRPCRoute",
      "sessionPersistence",
      "experimental channel",
      "as of HTTPRoute",
      "spec.rules[0].sessionPersistence",
      "rules: [{sessionPersistence: {sessionName: a}}]");

  private final String kind;
  private final String feature;
  private final String level;
  private final String reason;
  private final String path;
  private final String field;

  Refusal(String kind, String feature, String level, String reason, String path, String field) {
    this.kind = kind;
    this.feature = feature;
    this.level = level;
    this.reason = reason;
    this.path = path;
    this.field = field;
  }

  /** The row of the table. */
  String row() {
    return "| %s | %s | %s | %s |".formatted(kind, feature, level, reason);
  }

  /** Where the refusal points. */
  String path() {
    return path;
  }

  /** Whether there is a field that can be refused. */
  boolean hasField() {
    return !field.isEmpty();
  }

  /** A manifest that asks for it. */
  String manifest() {
    String spec =
        kind.equals("Gateway")
            ? "gatewayClassName: headgate\n  listeners: [{name: a, port: 8080, protocol: HTTP}]"
            : "parentRefs: [{name: nowhere}]";
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: %s
    metadata: {name: refused}
    spec:
      %s
      %s
    """
        .formatted(kind, spec, field);
  }
}
