package io.headgate.fleet;

import java.util.Optional;

/** What an etcd key under the prefix means. */
public sealed interface FleetKey {

  /** The key without the prefix and its slash. */
  String path();

  /** The random id that tells one life of the etcd data from the next. */
  record Incarnation() implements FleetKey {
    @Override
    public String path() {
      return "incarnation";
    }
  }

  /** What was asked for; never a host or an override. */
  record Config(ObjectKey object) implements FleetKey {
    @Override
    public String path() {
      return "config/" + object;
    }
  }

  /** What was last accepted; never a host or an override. */
  record Accepted(ObjectKey object) implements FleetKey {
    @Override
    public String path() {
      return "accepted/" + object;
    }
  }

  /** A previous value, by the hex SHA-256 of its bytes. */
  record Previous(String sha256) implements FleetKey {
    @Override
    public String path() {
      return "objects/" + sha256;
    }
  }

  /** A host, leased. */
  record OfHost(HostKey host) implements FleetKey {
    @Override
    public String path() {
      return "hosts/" + host;
    }
  }

  /** An operator's word on a host. */
  record OfOverride(HostKey host) implements FleetKey {
    @Override
    public String path() {
      return "overrides/" + host;
    }
  }

  /** The effective weights of a service. */
  record Weights(String namespace, String service) implements FleetKey {
    @Override
    public String path() {
      return "weights/" + namespace + "/" + service;
    }
  }

  /** Why nothing is applied. */
  record Hold(String what) implements FleetKey {
    @Override
    public String path() {
      return "holds/" + what;
    }
  }

  /** A published manifest. */
  record Release(String stage) implements FleetKey {
    @Override
    public String path() {
      return "releases/" + stage;
    }
  }

  /** One change and its principal. */
  record Audit(String id) implements FleetKey {
    @Override
    public String path() {
      return "audit/" + id;
    }
  }

  /**
   * The election, the members and whatever else control planes tell each other; {@code name} may
   * have slashes.
   */
  record ControlPlanes(String name) implements FleetKey {
    @Override
    public String path() {
      return "control-planes/" + name;
    }
  }

  /** Where an object was asked for. */
  static FleetKey of(ObjectKey key) {
    return switch (key.kind()) {
      case HOST -> new OfHost(HostKey.of(key));
      case OVERRIDE -> new OfOverride(HostKey.of(key));
      case GATEWAY_CLASS,
          GATEWAY,
          HTTP_ROUTE,
          GRPC_ROUTE,
          TLS_ROUTE,
          TCP_ROUTE,
          REFERENCE_GRANT,
          SERVICE,
          CLIENT_TRAFFIC_POLICY,
          BACKEND_TRAFFIC_POLICY,
          SECURITY_POLICY,
          BACKEND_TLS_POLICY,
          SECRET,
          CONFIG_MAP ->
          new Config(key);
    };
  }

  /** Parses what {@link #path} gives; empty for anything else. */
  static Optional<FleetKey> parse(String path) {
    String[] parts = path.split("/", -1);
    for (String part : parts) {
      if (part.isEmpty()) {
        return Optional.empty();
      }
    }
    String rest = path.substring(Math.min(path.length(), parts[0].length() + 1));
    return switch (parts[0]) {
      case "incarnation" -> when(parts.length == 1, new Incarnation());
      case "config" -> object(parts).map(Config::new);
      case "accepted" -> object(parts).map(Accepted::new);
      case "objects" -> parts.length == 2 ? Optional.of(new Previous(rest)) : Optional.empty();
      case "hosts" -> host(parts).map(OfHost::new);
      case "overrides" -> host(parts).map(OfOverride::new);
      case "weights" ->
          parts.length == 3 ? Optional.of(new Weights(parts[1], parts[2])) : Optional.empty();
      case "holds" -> when(parts.length > 1, new Hold(rest));
      case "releases" -> when(parts.length > 1, new Release(rest));
      case "audit" -> when(parts.length > 1, new Audit(rest));
      case "control-planes" -> when(parts.length > 1, new ControlPlanes(rest));
      default -> Optional.empty();
    };
  }

  private static Optional<FleetKey> when(boolean shape, FleetKey key) {
    return shape ? Optional.of(key) : Optional.empty();
  }

  private static Optional<ObjectKey> object(String[] parts) {
    return parts.length == 4
        ? Kind.ofKey(parts[1]).filter(Kind::isConfig).map(k -> new ObjectKey(k, parts[2], parts[3]))
        : Optional.empty();
  }

  private static Optional<HostKey> host(String[] parts) {
    return parts.length == 4
        ? Optional.of(new HostKey(parts[1], parts[2], parts[3]))
        : Optional.empty();
  }
}
