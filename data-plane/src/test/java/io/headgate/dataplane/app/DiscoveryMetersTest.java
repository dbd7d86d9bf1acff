package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiscoveryMetersTest {
  private final Meters meters = new Meters();
  private final DiscoveryMeters discovery = new DiscoveryMeters(meters);

  private long value(String name) {
    for (Meters.Meter meter : meters.all()) {
      if (meter.name().equals(name)) {
        return switch (meter) {
          case Meters.CounterMeter m -> m.counter().value();
          case Meters.GaugeMeter m -> m.gauge().value();
          case Meters.HistogramMeter m -> m.histogram().sum();
        };
      }
    }
    throw new AssertionError("no meter " + name);
  }

  @Test
  void clustersAndListenersHaveEnvoysNamesBesideOurs() {
    discovery.updateSuccess(ResourceType.CLUSTER, "v1");
    discovery.updateRejected(ResourceType.CLUSTER);
    discovery.updateFailure(ResourceType.LISTENER);
    discovery.initFetchTimeout(ResourceType.LISTENER);
    for (String prefix : new String[] {"cluster_manager.cds", "headgate_xds.cluster"}) {
      assertThat(value(prefix + ".update_attempt")).as(prefix).isEqualTo(2);
      assertThat(value(prefix + ".update_success")).as(prefix).isEqualTo(1);
      assertThat(value(prefix + ".update_rejected")).as(prefix).isEqualTo(1);
      assertThat(value(prefix + ".version")).as(prefix).isEqualTo("v1".hashCode());
    }
    for (String prefix : new String[] {"listener_manager.lds", "headgate_xds.listener"}) {
      assertThat(value(prefix + ".update_failure")).as(prefix).isEqualTo(1);
      assertThat(value(prefix + ".init_fetch_timeout")).as(prefix).isEqualTo(1);
    }
  }

  @Test
  void typesWithoutANameOfEnvoysCountOnce() {
    discovery.updateSuccess(ResourceType.ENDPOINTS, "v1");
    discovery.updateSuccess(ResourceType.ROUTES, "v1");
    discovery.age(ResourceType.ROUTES, 12);
    assertThat(value("headgate_xds.endpoints.update_success")).isEqualTo(1);
    assertThat(value("headgate_xds.routes.update_attempt")).isEqualTo(1);
    assertThat(value("headgate_xds.routes.seconds_since_update")).isEqualTo(12);
  }

  @Test
  void exactlyOneSourceIsActiveAndACorruptFileShows() {
    for (ConfigSource.Kind kind : ConfigSource.Kind.values()) {
      discovery.configSource(
          new ConfigSource(kind, Optional.of(Instant.EPOCH), "", "newest is cut off"));
      long active = 0;
      for (ConfigSource.Kind other : ConfigSource.Kind.values()) {
        active +=
            value(
                "headgate_config_source."
                    + other.name().toLowerCase(java.util.Locale.ROOT)
                    + ".active");
      }
      assertThat(active).isEqualTo(1);
      assertThat(
              value(
                  "headgate_config_source."
                      + kind.name().toLowerCase(java.util.Locale.ROOT)
                      + ".active"))
          .isEqualTo(1);
      assertThat(value("headgate_last_known_good.corrupt")).isEqualTo(1);
    }
    discovery.configSource(ConfigSource.none(""));
    assertThat(value("headgate_last_known_good.corrupt")).isZero();
  }

  @Test
  void connectionAndWritesAreShown() {
    discovery.connected(true);
    assertThat(value("control_plane.connected_state")).isEqualTo(1);
    discovery.connected(false);
    assertThat(value("control_plane.connected_state")).isZero();
    discovery.lastKnownGoodWritten(true);
    discovery.lastKnownGoodWritten(false);
    assertThat(value("headgate_last_known_good.writes_total")).isEqualTo(1);
    assertThat(value("headgate_last_known_good.write_failures_total")).isEqualTo(1);
  }
}
