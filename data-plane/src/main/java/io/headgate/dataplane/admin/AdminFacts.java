package io.headgate.dataplane.admin;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.explain.Live;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RuntimeValues;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.ListenAddress;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What the admin shows. <b>Thread:</b> any; every method answers at once. */
public interface AdminFacts {
  /** Where the process stands, in Envoy's words. */
  enum State {
    LIVE,
    DRAINING,
    PRE_INITIALIZING,
    INITIALIZING
  }

  /** How far a resource is. */
  enum Stage {
    /** From the bootstrap. */
    STATIC,
    /** From the control plane, and serving. */
    ACTIVE,
    /** From the control plane, accepted and not yet serving. */
    WARMING
  }

  /**
   * The process.
   *
   * @param configSource where the config in force comes from, in words: live, or last-known-good
   *     with its age
   */
  record Server(
      State state,
      String version,
      Duration uptime,
      int concurrency,
      Duration drainTime,
      String configSource) {}

  /**
   * A resource that the process holds.
   *
   * @param version what the control plane calls it; empty for static ones
   * @param updated when it was accepted
   */
  record Held(Stage stage, String version, Instant updated, Resource value) {}

  /** A listener that is bound. */
  record Bound(String name, List<ListenAddress> addresses) {
    public Bound {
      addresses = List.copyOf(addresses);
    }

    /** A listener with one address. */
    public Bound(String name, Address address) {
      this(name, List.of(address));
    }
  }

  /**
   * An event loop in the last second.
   *
   * @param busy share of its thread's time, 0..1
   */
  record Loop(int index, long lagMicros, double busy, int sockets, long stalls) {}

  /** A time in which an event loop ran nothing, and where it stood. */
  record Stall(int loop, Instant at, long millis, String place, List<String> stack) {}

  Server server();

  /** The bootstrap with what the command line changed in it. */
  Bootstrap bootstrap();

  List<Held> resources();

  /** The clusters that serve. */
  Collection<Cluster> clusters();

  List<Bound> listeners();

  /** The certificates in use. */
  List<CertificateFacts> certificates();

  List<Loop> loops();

  /** The last ones, newest first. */
  List<Stall> stalls();

  /** What requests would meet. */
  Live live();

  Meters meters();

  /** Values that operators change while the process runs. */
  RuntimeValues runtime();

  /** The same meters, as OpenTelemetry collects them. */
  Collection<MetricData> metrics();
}
