package io.headgate.controlplane.discovery;

/**
 * What one client may ask of the discovery service.
 *
 * @param names resource names of one type on one stream
 * @param newStreamsPerSecond streams that may open in a second; more are answered
 *     RESOURCE_EXHAUSTED and come back with jitter
 * @param streams streams that may be open
 */
public record DiscoveryLimits(int names, int newStreamsPerSecond, int streams) {
  /** 100,000 names, 2,000 new streams a second, 50,000 streams. */
  public static final DiscoveryLimits DEFAULT = new DiscoveryLimits(100_000, 2_000, 50_000);

  public DiscoveryLimits {
    if (names < 1 || newStreamsPerSecond < 1 || streams < 1) {
      throw new IllegalArgumentException("limits start at 1");
    }
  }
}
