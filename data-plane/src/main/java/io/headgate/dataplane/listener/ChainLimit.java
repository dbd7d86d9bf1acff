package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.ConnectionLimit;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bound of the connections that a filter chain has open. Its count lasts as long as the chain
 * does, whatever the limit becomes.
 *
 * <p><b>Thread:</b> loops ask; the config thread changes the limit.
 */
final class ChainLimit {
  private final AtomicLong open = new AtomicLong();
  private volatile Rule rule;

  private record Rule(ConnectionLimit config, Counter limited, Gauge active) {}

  ChainLimit(ConnectionLimit config, Meters meters) {
    Scope scope =
        meters.scope("connection_limit", "envoy_connection_limit_prefix", config.statPrefix());
    rule =
        new Rule(config, scope.counter("limited_connections"), scope.gauge("active_connections"));
  }

  /** Puts another limit in force for the connections to come. */
  void become(ChainLimit next) {
    rule = next.rule;
  }

  /** Counts the connection until it closes; or closes it, perhaps later, and returns false. */
  boolean admit(Channel channel) {
    Rule now = rule;
    if (open.incrementAndGet() <= now.config.maxConnections()) {
      now.active.add();
      channel
          .closeFuture()
          .addListener(_ -> {
            open.decrementAndGet();
            now.active.sub();
          });
      return true;
    }
    open.decrementAndGet();
    now.limited.add();
    long nanos = now.config.delay().toNanos();
    if (nanos == 0) {
      var _ = channel.close();
    } else {
      channel.config().setAutoRead(false);
      var _ = channel.eventLoop().schedule(() -> channel.close(), nanos, TimeUnit.NANOSECONDS);
    }
    return false;
  }
}
