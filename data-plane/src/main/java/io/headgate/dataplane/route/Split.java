package io.headgate.dataplane.route;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.ClusterChoice.Draw;
import io.headgate.xds.model.route.ClusterChoice.Weighted;
import io.headgate.xds.model.route.WeightedCluster;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the clusters of a weighted route: by chance, or by the number in a header.
 *
 * <p>Thread: immutable; weights that runtime keys change are read at every choice.
 */
final class Split {
  // Upper bounds of the shares, unsigned 32-bit sums.
  private final long[] bounds;
  private final long[] weights;
  // Runtime keys of the weights; null when they are fixed.
  private final String @Nullable [] keys;
  private final @Nullable HeaderName header;
  private final RuntimeFlags runtime;

  Split(Weighted weighted, RuntimeFlags runtime) {
    weights = weighted.clusters().stream().mapToLong(WeightedCluster::weight).toArray();
    bounds = bounds(weights);
    String prefix = weighted.runtimeKeyPrefix();
    keys =
        prefix.isEmpty()
            ? null
            : weighted.clusters().stream()
                .map(cluster -> prefix + "." + cluster.cluster().text())
                .toArray(String[]::new);
    header = weighted.draw() instanceof Draw.ByHeader by ? HeaderName.of(by.name()) : null;
    this.runtime = runtime;
  }

  private static long[] bounds(long[] weights) {
    long[] bounds = new long[weights.length];
    long sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      bounds[i] = sum;
    }
    return bounds;
  }

  /** Whether runtime keys can take all weights away. */
  boolean mayBeEmpty() {
    return keys != null;
  }

  /** The number of the chosen cluster; -1 when no cluster has a weight. */
  int choose(RequestHead head, RandomGenerator random) {
    long[] upper = keys == null ? bounds : live(keys);
    long sum = upper[upper.length - 1];
    if (sum == 0) {
      return -1;
    }
    long roll = Long.remainderUnsigned(drawn(head, random), sum);
    int i = 0;
    while (roll >= upper[i]) {
      i++;
    }
    return i;
  }

  private long[] live(String[] from) {
    long[] now = new long[weights.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = Math.min(runtime.integer(from[i], weights[i]), 0xffff_ffffL);
    }
    return bounds(now);
  }

  private long drawn(RequestHead head, RandomGenerator random) {
    String text = header == null ? null : head.headers().first(header);
    if (text != null && !text.isEmpty() && text.length() <= 20) {
      try {
        return Long.parseUnsignedLong(text);
      } catch (NumberFormatException e) {
        return random.nextLong();
      }
    }
    return random.nextLong();
  }
}
