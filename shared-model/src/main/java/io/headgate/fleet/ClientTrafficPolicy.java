package io.headgate.fleet;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway deals with its clients.
 *
 * @param targets gateways
 * @param profile what the settings that are not set mean; null for those of an edge proxy
 * @param tls of its listeners that end it
 */
public record ClientTrafficPolicy(
    ObjectMeta metadata,
    List<TargetRef> targets,
    @Nullable Profile profile,
    ClientSettings settings,
    ClientTls tls)
    implements FleetObject {

  /** A set of values for one sort of traffic. */
  public enum Profile {
    /** Short requests and answers. */
    API,
    /** WebSockets, event streams and gRPC streams. */
    LONGLIVED,
    /** Large request bodies. */
    UPLOAD;

    /** The name in a manifest. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ClientTrafficPolicy {
    targets = List.copyOf(targets);
  }

  /** A policy that says nothing of TLS. */
  public ClientTrafficPolicy(
      ObjectMeta metadata,
      List<TargetRef> targets,
      @Nullable Profile profile,
      ClientSettings settings) {
    this(metadata, targets, profile, settings, ClientTls.NONE);
  }

  @Override
  public Kind kind() {
    return Kind.CLIENT_TRAFFIC_POLICY;
  }
}
