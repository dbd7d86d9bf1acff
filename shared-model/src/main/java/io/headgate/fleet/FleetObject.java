package io.headgate.fleet;

/** A fleet object that an operator writes; hosts are not among them ({@link Host}). */
public sealed interface FleetObject
    permits GatewayClass,
        Gateway,
        GatewayRoute,
        ReferenceGrant,
        Service,
        ClientTrafficPolicy,
        BackendTrafficPolicy,
        SecurityPolicy,
        BackendTlsPolicy,
        Secret,
        ConfigMap,
        HostOverride {

  ObjectMeta metadata();

  Kind kind();

  /** The object's identity. */
  default ObjectKey key() {
    return new ObjectKey(kind(), metadata().namespace(), metadata().name());
  }
}
