package io.headgate.fleet;

import java.util.Optional;

/** The kind of a fleet object. */
public enum Kind {
  GATEWAY_CLASS("GatewayClass"),
  GATEWAY("Gateway"),
  HTTP_ROUTE("HTTPRoute"),
  GRPC_ROUTE("GRPCRoute"),
  TLS_ROUTE("TLSRoute"),
  TCP_ROUTE("TCPRoute"),
  REFERENCE_GRANT("ReferenceGrant"),
  SERVICE("Service"),
  CLIENT_TRAFFIC_POLICY("ClientTrafficPolicy"),
  BACKEND_TRAFFIC_POLICY("BackendTrafficPolicy"),
  SECURITY_POLICY("SecurityPolicy"),
  BACKEND_TLS_POLICY("BackendTLSPolicy"),
  SECRET("Secret"),
  CONFIG_MAP("ConfigMap"),
  /** A host of a service; named {@code service/instance}, kept under {@code hosts/}. */
  HOST("Host"),
  /**
   * What an operator says of one host; named {@code service/instance}, kept under {@code
   * overrides/}.
   */
  OVERRIDE("Override");

  private final String manifestName;
  private final String keyName;

  Kind(String manifestName) {
    this.manifestName = manifestName;
    this.keyName = manifestName.toLowerCase(java.util.Locale.ROOT);
  }

  /** The name in a manifest's {@code kind}, for example {@code HTTPRoute}. */
  public String manifestName() {
    return manifestName;
  }

  /**
   * The name in etcd keys, URLs and commands: lower case and singular, for example {@code
   * httproute}.
   */
  public String keyName() {
    return keyName;
  }

  /** Whether objects of this kind lie under {@code config/} and {@code accepted/}. */
  public boolean isConfig() {
    return this != HOST && this != OVERRIDE;
  }

  /** Whether objects of this kind are routes of requests. */
  public boolean isRoute() {
    return this == HTTP_ROUTE || this == GRPC_ROUTE;
  }

  /** The kind with this {@link #manifestName}. */
  public static Optional<Kind> ofManifest(String name) {
    for (Kind kind : values()) {
      if (kind.manifestName.equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The kind with this {@link #keyName}. */
  public static Optional<Kind> ofKey(String name) {
    for (Kind kind : values()) {
      if (kind.keyName.equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
