package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterServices;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.H1Connector;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One loop, one cluster {@code c}, and routers that send requests to it.
 *
 * <p>Thread: the test's.
 */
final class RouterHarness implements AutoCloseable {

  final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final EventLoop loop = (EventLoop) group.next();
  final Meters meters = new Meters();
  final Cluster cluster;
  private final FilterTemplate.Terminal template;

  RouterHarness(
      CircuitBreakers breakers, @Nullable OutlierDetection outlier, List<Endpoint> endpoints) {
    this(config(breakers, outlier), RouterConfig.DEFAULT, endpoints);
  }

  RouterHarness(
      io.headgate.xds.model.Cluster config, RouterConfig router, List<Endpoint> endpoints) {
    Connector connector = new H1Connector(NioSocketChannel::new);
    cluster =
        Cluster.create(
            config,
            new ClusterServices(
                List.of(loop),
                http -> connector,
                System::nanoTime,
                () -> new SplittableRandom(1),
                meters));
    if (!endpoints.isEmpty()) {
      cluster.endpoints(assignment(endpoints));
    }
    RouterFactory factory =
        new RouterFactory(
            new RouterServices(
                name -> name.equals("c") ? cluster : null,
                System::nanoTime,
                System::currentTimeMillis,
                () -> new SplittableRandom(2),
                RouterServices.DEFAULT_REPLAY_BYTES));
    template =
        (FilterTemplate.Terminal)
            factory.create(router, new FilterContext("router", meters.scope("http.test"), meters));
  }

  /** A cluster with these protocol options. */
  static RouterHarness with(UpstreamHttp http, Backend backend) {
    io.headgate.xds.model.Cluster plain = config(CircuitBreakers.DEFAULT, null);
    ClusterOptions options =
        new ClusterOptions(http, null, false, 1 << 20, io.headgate.xds.model.value.Metadata.EMPTY);
    return new RouterHarness(
        new io.headgate.xds.model.Cluster(
            plain.name(),
            plain.endpoints(),
            plain.loadBalancing(),
            plain.connectTimeout(),
            plain.circuitBreakers(),
            null,
            options),
        RouterConfig.DEFAULT,
        List.of(at(backend.port(), 1)));
  }

  /** What the counter of cluster {@code c} says. */
  long counter(String name) {
    return meters.cluster("c").counter(name).value();
  }

  /** What the gauge of cluster {@code c} says. */
  long gauge(String name) {
    return meters.cluster("c").gauge(name).value();
  }

  static RouterHarness of(Backend... backends) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Backend backend : backends) {
      endpoints.add(at(backend.port(), 1));
    }
    return new RouterHarness(CircuitBreakers.DEFAULT, null, endpoints);
  }

  static Endpoint at(int port, long weight) {
    Endpoint plain = Endpoint.of("127.0.0.1", port);
    return new Endpoint(plain.address(), "", plain.health(), weight, Metadata.EMPTY);
  }

  static io.headgate.xds.model.Cluster config(
      CircuitBreakers breakers, @Nullable OutlierDetection outlier) {
    return new io.headgate.xds.model.Cluster(
        "c",
        new EndpointSource.Eds("", Duration.ofSeconds(15)),
        LoadBalancing.DEFAULT,
        Duration.ofSeconds(1),
        breakers,
        outlier,
        ClusterOptions.DEFAULT);
  }

  static ClusterLoadAssignment assignment(List<Endpoint> endpoints) {
    return new ClusterLoadAssignment(
        "c", List.of(new LocalityEndpoints(Locality.NONE, 0, 0, endpoints)));
  }

  static CircuitBreakers limits(long connections, long pending, long requests, long retries) {
    CircuitBreakers.Thresholds limits =
        new CircuitBreakers.Thresholds(connections, pending, requests, retries, null);
    return new CircuitBreakers(limits, limits);
  }

  static RetryPolicy retry(int times, Duration perTry, RetryPolicy.RetryOn... on) {
    return new RetryPolicy(
        Set.of(on),
        times,
        perTry,
        new RetryPolicy.BackOff(Duration.ofMillis(1), Duration.ofMillis(10)),
        Set.of(),
        new RetryPolicy.HostSelection(true, 3));
  }

  static RouteEntry route(RouteAction action, Metadata metadata) {
    return route(action, metadata, VirtualHost.AttemptCount.NOWHERE, null);
  }

  static RouteEntry route(
      RouteAction action,
      Metadata metadata,
      VirtualHost.AttemptCount attemptCount,
      @Nullable RetryPolicy retryOfHost) {
    Route route =
        new Route(
            "r",
            RouteMatch.of(new PathMatch.Prefix("/")),
            action,
            HeaderMutations.NONE,
            Map.of(),
            metadata);
    VirtualHost host =
        new VirtualHost(
            "v",
            List.of("*"),
            List.of(route),
            HeaderMutations.NONE,
            Map.of(),
            retryOfHost,
            new VirtualHost.Options(attemptCount, VirtualHost.RequireTls.NONE, List.of()));
    RouteTable table =
        RouteTable.compile(
            new RouteConfiguration(
                "t", List.of(host), HeaderMutations.NONE, Map.of(), false, false, 4096),
            RouteServices.PLAIN);
    RequestHead head = new RequestHead();
    head.authority("a");
    head.path("/");
    return Objects.requireNonNull(table.match(head, new SplittableRandom(1)));
  }

  static RouteEntry to(Duration timeout, @Nullable RetryPolicy retry) {
    return to("c", timeout, retry, Metadata.EMPTY);
  }

  static RouteEntry to(
      String name, Duration timeout, @Nullable RetryPolicy retry, Metadata metadata) {
    RouteAction.Forward plain = RouteAction.Forward.to(name);
    return route(
        new RouteAction.Forward(
            plain.clusters(), plain.rewrite(), timeout, null, retry, plain.priority(), 503),
        metadata);
  }

  TerminalFilter router() {
    return template.newStream();
  }

  FakeStream stream(RouteEntry route, Method method) {
    return new FakeStream(loop, route, method, "/x?y=1");
  }

  FakeStream get(RouteEntry route) {
    return stream(route, Method.GET).start(router(), true);
  }

  /** Runs everything that the loop has to do now. */
  void settle() {
    loop.submit(() -> {}).syncUninterruptibly();
  }

  @Override
  public void close() {
    cluster.close();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
