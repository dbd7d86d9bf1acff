package io.headgate.fleet;

import org.jspecify.annotations.Nullable;

/** Says which controller serves the gateways of a class. GatewayClass of Gateway API v1.4. */
public record GatewayClass(ObjectMeta metadata, String controllerName, @Nullable String description)
    implements FleetObject {
  /** The controller name that selects Headgate. */
  public static final String CONTROLLER = "gateway.headgate.io/controller";

  /** Whether the gateways of this class are ours to serve. */
  public boolean isOurs() {
    return controllerName.equals(CONTROLLER);
  }

  @Override
  public Kind kind() {
    return Kind.GATEWAY_CLASS;
  }
}
