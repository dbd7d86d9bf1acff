package io.headgate.perf.micro;

import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One look-up of a route. Requests take turns over as many heads, whatever the size of the table,
 * so that the tables alone differ.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteLookups {
  private static final int HEADS = 1024; // a power of two

  /** What there is many of. */
  public enum Shape {
    /** Routes with exact paths in one virtual host. */
    EXACT,
    /** Routes with prefixes in one virtual host. */
    PREFIX,
    /** Virtual hosts with exact domains, a route each. */
    HOSTS
  }

  /** What the table is made of. */
  @Param public Shape shape = Shape.EXACT;

  /** Of what there is many, so many. */
  @Param({"1", "1000", "10000"})
  public int size = 1;

  private final SplittableRandom random = new SplittableRandom(1);
  private final RequestHead[] heads = new RequestHead[HEADS];
  private @Nullable RouteTable table;
  private int next;

  /** Builds the table and the requests for it. */
  @Setup
  public void build() {
    List<VirtualHost> hosts = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (shape == Shape.HOSTS) {
        hosts.add(host(domain(i), List.of(route(new PathMatch.Prefix("/")))));
      } else {
        routes.add(
            route(
                shape == Shape.EXACT
                    ? new PathMatch.Exact(path(i))
                    : new PathMatch.Prefix(path(i))));
      }
    }
    if (shape != Shape.HOSTS) {
      hosts.add(host(domain(0), routes));
    }
    table =
        RouteTable.compile(
            new RouteConfiguration("t", hosts, HeaderMutations.NONE, Map.of(), false, false, 4096),
            RouteServices.PLAIN);
    for (int i = 0; i < HEADS; i++) {
      int number = random.nextInt(size);
      RequestHead head = new RequestHead();
      head.method(Method.GET);
      head.authority(domain(shape == Shape.HOSTS ? number : 0));
      head.path(path(number) + (shape == Shape.EXACT ? "?page=2" : "/items/7?page=2"));
      heads[i] = head;
    }
  }

  private static String domain(int number) {
    return String.format("shop-%05d.example.com", number);
  }

  private static String path(int number) {
    return String.format("/api/v1/service-%05d/list", number);
  }

  private static Route route(PathMatch path) {
    return new Route(
        "r",
        RouteMatch.of(path),
        RouteAction.Forward.to("c"),
        HeaderMutations.NONE,
        Map.of(),
        Metadata.EMPTY);
  }

  private static VirtualHost host(String domain, List<Route> routes) {
    return new VirtualHost(domain, List.of(domain), routes, HeaderMutations.NONE, Map.of(), null);
  }

  /** Finds a route. */
  @Benchmark
  public RouteEntry find() {
    RouteTable in = table;
    RouteEntry found = in == null ? null : in.match(heads[next++ & (HEADS - 1)], random);
    if (found == null) {
      throw new IllegalStateException("every request has a route");
    }
    return found;
  }
}
