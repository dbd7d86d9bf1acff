package io.headgate.controlplane.api;

import io.headgate.fleet.HostKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each host is doing, over all proxies of all replicas. Thread: any. */
@FunctionalInterface
public interface HostLoads {
  /** Nobody reports anything. */
  HostLoads NONE = host -> Optional.empty();

  /** The load of a host; empty when nobody reported it lately. */
  Optional<Load> of(HostKey host);

  /**
   * The load of one host.
   *
   * @param requestsPerSecond finished requests
   * @param errorsPerSecond those that failed
   * @param inFlight requests under way
   * @param utilisation 0 to 1 and more, as the host says; null when it says nothing
   * @param latencyMillis the mean time of answers; null when it is not known
   */
  record Load(
      double requestsPerSecond,
      double errorsPerSecond,
      long inFlight,
      @Nullable Double utilisation,
      @Nullable Double latencyMillis) {}
}
