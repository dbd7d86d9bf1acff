package io.headgate.dataplane.cluster;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.tls.InlineSecrets;
import io.headgate.dataplane.tls.SecretLookup;
import io.headgate.dataplane.upstream.Connectors;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all clusters of a process share.
 *
 * @param loops the loops that carry traffic
 * @param connectors make connections, by the cluster's protocol
 * @param nanoClock monotonic nanoseconds
 * @param randoms gives a generator for one loop and cluster, confined to that loop
 * @param meters where {@code cluster.NAME.*} is counted
 * @param secrets of TLS contexts
 */
public record ClusterServices(
    List<EventLoop> loops,
    Connectors connectors,
    LongSupplier nanoClock,
    Supplier<RandomGenerator> randoms,
    Meters meters,
    SecretLookup secrets) {

  /** Services whose TLS contexts hold all of their own secrets. */
  public ClusterServices(
      List<EventLoop> loops,
      Connectors connectors,
      LongSupplier nanoClock,
      Supplier<RandomGenerator> randoms,
      Meters meters) {
    this(loops, connectors, nanoClock, randoms, meters, InlineSecrets.INSTANCE);
  }

  public ClusterServices {
    loops = List.copyOf(loops);
  }
}
