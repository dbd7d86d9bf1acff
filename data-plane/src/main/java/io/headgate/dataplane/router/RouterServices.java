package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.ClusterLookup;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the router uses of the process.
 *
 * @param clusters finds live clusters
 * @param nanoClock monotonic nanoseconds
 * @param wallMillis milliseconds since 1970, for answers that name a time
 * @param randoms gives each loop its generator, for back-off
 * @param replayBytes how much of a request's body is kept for retries
 */
public record RouterServices(
    ClusterLookup clusters,
    LongSupplier nanoClock,
    LongSupplier wallMillis,
    Supplier<RandomGenerator> randoms,
    int replayBytes) {

  /** 64 KiB; beyond it there is no retry. */
  public static final int DEFAULT_REPLAY_BYTES = 64 * 1024;
}
