package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.xds.model.filter.RouterConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Makes routers. One per process, registered for {@code RouterConfig}.
 *
 * <p>Thread: any; what it keeps per loop is confined to that loop.
 */
public final class RouterFactory implements FilterFactory<RouterConfig> {

  private final RouterServices services;
  private final FastThreadLocal<@Nullable RouterLoop> loops = new FastThreadLocal<>();

  /** Makes the factory. */
  public RouterFactory(RouterServices services) {
    this.services = services;
  }

  @Override
  public FilterTemplate create(RouterConfig config, FilterContext context) {
    return new RouterTemplate(this, config.suppressEnvoyHeaders(), config.respectExpectedTimeout());
  }

  RouterServices services() {
    return services;
  }

  @SuppressWarnings("ReferenceEquality") // a loop is itself
  RouterLoop on(EventLoop loop) {
    RouterLoop known = loops.get();
    if (known == null || known.eventLoop() != loop) {
      known = new RouterLoop(loop, services.randoms().get());
      loops.set(known);
    }
    return known;
  }
}
