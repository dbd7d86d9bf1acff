package io.headgate.dataplane.app;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.xds.XdsMetrics;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The discovery client's meters: Envoy's names for clusters and listeners, and for every type
 * {@code headgate_xds.<type>.*}.
 */
final class DiscoveryMeters implements XdsMetrics {
  private final Meters meters;
  private final Gauge connected;
  private final Map<ResourceType, OfType> types = new EnumMap<>(ResourceType.class);
  private final Map<ConfigSource.Kind, Gauge> sources = new EnumMap<>(ConfigSource.Kind.class);
  private final Counter written;
  private final Counter writeFailed;
  private final Gauge corrupt;

  /** The meters of one type under one prefix. */
  private record TypeMeters(
      Counter attempt,
      Counter success,
      Counter rejected,
      Counter failure,
      Counter timeout,
      Gauge version) {
    static TypeMeters of(Scope scope) {
      return new TypeMeters(
          scope.counter("update_attempt"),
          scope.counter("update_success"),
          scope.counter("update_rejected"),
          scope.counter("update_failure"),
          scope.counter("init_fetch_timeout"),
          scope.gauge("version"));
    }

    void succeeded(String called) {
      attempt.add();
      success.add();
      version.set(Integer.toUnsignedLong(called.hashCode()));
    }

    void wasRejected() {
      attempt.add();
      rejected.add();
    }

    void failed() {
      attempt.add();
      failure.add();
    }
  }

  private record OfType(TypeMeters own, TypeMeters envoy, Gauge secondsSinceUpdate) {}

  DiscoveryMeters(Meters meters) {
    this.meters = meters;
    connected = meters.scope("control_plane").gauge("connected_state");
    for (ResourceType type : ResourceType.values()) {
      Scope own = meters.scope("headgate_xds", "type", type.label());
      TypeMeters set = TypeMeters.of(own);
      TypeMeters envoy =
          switch (type) {
            case CLUSTER -> TypeMeters.of(meters.scope("cluster_manager").scope("cds"));
            case LISTENER -> TypeMeters.of(meters.scope("listener_manager").scope("lds"));
            case ENDPOINTS, ROUTES, SECRET -> set;
          };
      types.put(type, new OfType(set, envoy, own.gauge("seconds_since_update")));
    }
    for (ConfigSource.Kind kind : ConfigSource.Kind.values()) {
      sources.put(
          kind,
          meters
              .scope("headgate_config_source", "kind", kind.name().toLowerCase(Locale.ROOT))
              .gauge("active"));
    }
    Scope disk = meters.scope("headgate_last_known_good");
    written = disk.counter("writes_total");
    writeFailed = disk.counter("write_failures_total");
    corrupt = disk.gauge("corrupt");
  }

  @Override
  public void connected(boolean isConnected) {
    connected.set(isConnected ? 1 : 0);
  }

  @Override
  public void updateSuccess(ResourceType type, String version) {
    forEach(type, set -> set.succeeded(version));
  }

  @Override
  public void updateRejected(ResourceType type) {
    forEach(type, TypeMeters::wasRejected);
  }

  @Override
  public void updateFailure(ResourceType type) {
    forEach(type, TypeMeters::failed);
  }

  @Override
  public void initFetchTimeout(ResourceType type) {
    forEach(type, set -> set.timeout().add());
  }

  @Override
  public void configSource(ConfigSource source) {
    sources.forEach((kind, gauge) -> gauge.set(kind == source.kind() ? 1 : 0));
    corrupt.set(source.problem().isEmpty() ? 0 : 1);
  }

  @Override
  public void lastKnownGoodWritten(boolean success) {
    (success ? written : writeFailed).add();
  }

  /** Those of a service of secrets: its own, and what all secrets have together. */
  XdsMetrics ofService(String cluster) {
    Scope scope = meters.scope("headgate_sds", "cluster", cluster);
    return new OfService(TypeMeters.of(scope), scope.gauge("connected_state"));
  }

  private final class OfService implements XdsMetrics {
    private final TypeMeters own;
    private final Gauge isConnected;

    OfService(TypeMeters own, Gauge isConnected) {
      this.own = own;
      this.isConnected = isConnected;
    }

    @Override
    public void connected(boolean now) {
      isConnected.set(now ? 1 : 0);
    }

    @Override
    public void updateSuccess(ResourceType type, String version) {
      own.succeeded(version);
      DiscoveryMeters.this.updateSuccess(type, version);
    }

    @Override
    public void updateRejected(ResourceType type) {
      own.wasRejected();
      DiscoveryMeters.this.updateRejected(type);
    }

    @Override
    public void updateFailure(ResourceType type) {
      own.failed();
      DiscoveryMeters.this.updateFailure(type);
    }

    @Override
    public void initFetchTimeout(ResourceType type) {
      own.timeout().add();
      DiscoveryMeters.this.initFetchTimeout(type);
    }

    @Override
    public void configSource(ConfigSource source) {}

    @Override
    public void lastKnownGoodWritten(boolean success) {
      DiscoveryMeters.this.lastKnownGoodWritten(success);
    }
  }

  /** How long ago something of the type was applied, in seconds. */
  void age(ResourceType type, long seconds) {
    of(type).secondsSinceUpdate().set(seconds);
  }

  private void forEach(ResourceType type, Consumer<TypeMeters> action) {
    OfType meters = of(type);
    action.accept(meters.own());
    if (!meters.envoy().equals(meters.own())) {
      action.accept(meters.envoy());
    }
  }

  private OfType of(ResourceType type) {
    OfType meters = types.get(type);
    if (meters == null) {
      throw new IllegalStateException("no meters of " + type);
    }
    return meters;
  }
}
