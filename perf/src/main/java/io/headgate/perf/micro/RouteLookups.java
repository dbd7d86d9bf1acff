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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One look-up of a route. Requests are drawn at random from as many heads, whatever the size of the
 * table, so that the tables alone differ; the heads name routes of the whole table, others in each
 * iteration where it has more. Lengths of paths, prefixes and domains vary, as they do in use.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteLookups {
  private static final int HEAD_BITS = 10;
  private static final int HEADS = 1 << HEAD_BITS;

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

  private static final String[] WORDS = {
    "baskets", "id", "inventory", "geo", "orders", "recommendations", "mail", "subscriptions"
  };

  private final SplittableRandom random = new SplittableRandom(1);
  private final RequestHead[] heads = new RequestHead[HEADS];
  private int[] order = new int[0];
  private int from;
  private @Nullable RouteTable table;
  private long draw;

  /** Builds the table. */
  @Setup
  public void build() {
    List<VirtualHost> hosts = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      switch (shape) {
        case EXACT -> routes.add(route(i, new PathMatch.Exact(path(i))));
        case PREFIX -> routes.add(route(i, new PathMatch.Prefix(path(i))));
        case HOSTS -> hosts.add(host(domain(i), List.of(route(i, new PathMatch.Prefix("/")))));
      }
    }
    if (shape != Shape.HOSTS) {
      hosts.add(host(domain(0), routes));
    }
    table =
        RouteTable.compile(
            new RouteConfiguration("t", hosts, HeaderMutations.NONE, Map.of(), false, false, 4096),
            RouteServices.PLAIN);
    order = shuffled(size, new Random(random.nextLong()));
  }

  private static int[] shuffled(int size, Random random) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, random);
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Makes the requests of an iteration, and sees that each finds the route that it is for. */
  @Setup(Level.Iteration)
  public void ask() {
    for (int i = 0; i < HEADS; i++) {
      int number = order[(from + i) % size];
      RequestHead head = new RequestHead();
      head.method(Method.GET);
      head.authority(domain(shape == Shape.HOSTS ? number : 0));
      head.path(path(number) + (shape == Shape.EXACT ? "?page=2" : "/items/7?page=2"));
      heads[i] = head;
      RouteEntry found = find(head);
      if (!found.name().equals(name(number))) {
        throw new IllegalStateException(found.name() + " for " + path(number));
      }
    }
    from = (from + HEADS) % size;
  }

  private static String name(int number) {
    return "r" + number;
  }

  private static String domain(int number) {
    return WORDS[number % WORDS.length] + number + ".shop.example.com";
  }

  private static String path(int number) {
    return "/api/v1/" + WORDS[number % WORDS.length] + "/" + number + "/list";
  }

  private static Route route(int number, PathMatch path) {
    return new Route(
        name(number),
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
    draw = draw * 0x5851_F42D_4C95_7F2DL + 1; // Knuth's, period 2^64
    return find(heads[(int) (draw >>> (Long.SIZE - HEAD_BITS))]);
  }

  private RouteEntry find(RequestHead head) {
    RouteTable in = table;
    RouteEntry found = in == null ? null : in.match(head, random);
    if (found == null) {
      throw new IllegalStateException("every request has a route");
    }
    return found;
  }
}
