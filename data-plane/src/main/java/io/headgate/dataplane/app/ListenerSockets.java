package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.codec.h1.H1ServerConnection;
import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.hcm.FilterChain;
import io.headgate.dataplane.hcm.HcmConnection;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.HcmMeters;
import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.dataplane.router.RouterFactory;
import io.headgate.dataplane.router.RouterServices;
import io.headgate.dataplane.runtime.LiveListener;
import io.headgate.dataplane.runtime.RouteLookup;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.RouterConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Opens listeners of one clear-text filter chain. Thread: the config thread. */
final class ListenerSockets implements LiveListener.Factory {
  private final EventLoops loops;
  private final ConfigThread config;
  private final Meters meters;
  private final String localCluster;
  private final FilterRegistry registry;
  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  ListenerSockets(
      EventLoops loops,
      ConfigThread config,
      Meters meters,
      String localCluster,
      ClusterLookup clusters) {
    this.loops = loops;
    this.config = config;
    this.meters = meters;
    this.localCluster = localCluster;
    registry =
        FilterRegistry.builder()
            .add(
                RouterConfig.class,
                new RouterFactory(
                    new RouterServices(
                        clusters,
                        System::nanoTime,
                        SplittableRandom::new,
                        RouterServices.DEFAULT_REPLAY_BYTES)))
            .build();
  }

  RouteTable compile(RouteConfiguration value) {
    return RouteTable.compile(value, RouteServices.PLAIN);
  }

  int port(String listener) {
    return ports.getOrDefault(listener, 0);
  }

  boolean awaitDrained(Duration bound) {
    return true;
  }

  @Override
  public LiveListener.Prepared prepare(Listener value, RouteLookup routes) {
    if (value.filterChains().size() != 1
        || value.defaultFilterChain() != null
        || value.filterChains().getFirst().tls() != null) {
      throw new IllegalArgumentException("one filter chain without TLS is what is taken");
    }
    HttpConnectionManager manager =
        (HttpConnectionManager) value.filterChains().getFirst().terminalFilter();
    Scope scope = meters.scope("http", "envoy_http_conn_manager_prefix", manager.statPrefix());
    Current<RouteTable> table =
        switch (manager.routes()) {
          case RouteSource.Rds(String name, Duration _) -> routes.table(name);
          case RouteSource.Inline(RouteConfiguration inline) -> new Current<>(compile(inline));
        };
    HcmGeneration generation =
        new HcmGeneration(
            HcmSettings.of(
                manager,
                new HcmMeters(scope),
                List.of(),
                localCluster,
                value.options().perConnectionBufferLimitBytes()),
            FilterChain.build(manager.httpFilters(), registry, scope, meters),
            (head, random) -> table.get().match(head, random));
    return new Plan(value, new Current<>(generation));
  }

  private final class Plan implements LiveListener.Prepared, LiveListener {
    private final Listener value;
    private final Current<HcmGeneration> current;
    private volatile boolean draining;
    private volatile @org.jspecify.annotations.Nullable Channel channel;

    Plan(Listener value, Current<HcmGeneration> current) {
      this.value = value;
      this.current = current;
    }

    @Override
    public LiveListener open(Consumer<String> done) {
      ChannelFuture bound =
          new ServerBootstrap()
              .group(loops.loops().getFirst(), loops.loops().getFirst().parent())
              .channelFactory(loops.serverSockets())
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                      ConnectionInfo info =
                          new ConnectionInfo(
                              ids.incrementAndGet(), ch.remoteAddress(), ch.localAddress(), null);
                      HcmConnection hcm = new HcmConnection(current, info, "", () -> draining);
                      H1ServerConnection h1 =
                          new H1ServerConnection(current.get().settings().http1(), info, hcm);
                      ch.pipeline().addLast(h1);
                      hcm.attach(h1);
                    }
                  })
              .bind(new InetSocketAddress(value.address().host(), value.address().port()));
      channel = bound.channel();
      bound.addListener(f -> {
        if (f.isSuccess()) {
          ports.put(value.name(), ((InetSocketAddress) bound.channel().localAddress()).getPort());
        }
        config.execute(() -> done.accept(f.isSuccess() ? "" : f.cause().getMessage()));
      });
      return this;
    }

    @Override
    public void replace(LiveListener.Prepared next) {
      current.set(((Plan) next).current.get());
    }

    @Override
    public void close() {
      draining = true;
      var ch = channel;
      if (ch != null) {
        var _ = ch.close();
      }
    }
  }
}
