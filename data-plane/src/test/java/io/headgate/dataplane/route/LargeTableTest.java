package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables of 10,000 virtual hosts or routes: each is found, and compiling one stays cheap. */
class LargeTableTest {
  private static final int SIZE = 10_000;

  /** Far more than it takes, far less than what grows with the square of the size would. */
  private static final long COMPILED_BYTES = 128L << 20;

  private static final Duration COMPILED_IN = Duration.ofSeconds(10);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static RouteTable compile(List<VirtualHost> hosts) {
    RouteConfiguration config =
        new RouteConfiguration("t", hosts, HeaderMutations.NONE, Map.of(), false, false, 4096);
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = System.nanoTime();
    RouteTable table = RouteTable.compile(config, RouteServices.PLAIN);
    nanos = System.nanoTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    assertThat(bytes).as("bytes that compiling takes").isLessThan(COMPILED_BYTES);
    assertThat(Duration.ofNanos(nanos)).as("time that it takes").isLessThan(COMPILED_IN);
    return table;
  }

  private static VirtualHost host(String domain, List<Route> routes) {
    return new VirtualHost(domain, List.of(domain), routes, HeaderMutations.NONE, Map.of(), null);
  }

  private static Route to(String name, RouteMatch match) {
    return new Route(
        name, match, RouteAction.Forward.to(name), HeaderMutations.NONE, Map.of(), Metadata.EMPTY);
  }

  private static @Nullable String find(RouteTable table, String authority, String path) {
    RouteEntry found = table.match(RouteTableTest.head(authority, path), RANDOM);
    return found == null ? null : found.name();
  }

  /** Names of a third of the hosts are exact, suffix wildcards, prefix wildcards each. */
  private static String domain(int number) {
    return switch (number % 3) {
      case 0 -> "shop" + number + ".example";
      case 1 -> "*.shop" + number + ".example";
      default -> "shop" + number + ".*";
    };
  }

  private static RouteTable hosts() {
    List<VirtualHost> hosts = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      String domain = domain(i);
      hosts.add(host(domain, List.of(to(domain, RouteMatch.of(new PathMatch.Prefix("/"))))));
    }
    return compile(hosts);
  }

  @Test
  void eachVirtualHostIsFound() {
    RouteTable table = hosts();
    for (int i = 0; i < SIZE; i++) {
      String domain = domain(i);
      assertThat(find(table, domain.replace("*", "Some.Part"), "/")).isEqualTo(domain);
      assertThat(find(table, domain.replace("*", ""), "/"))
          .as("a wildcard stands for something")
          .isEqualTo(i % 3 == 0 ? domain : null);
    }
  }

  @Test
  void nobodyIsTakenForANeighbour() {
    RouteTable table = hosts();
    for (int i = 0; i < SIZE; i++) {
      assertThat(find(table, "shop" + (i * 3 + 1) + ".example", "/")).as("no subdomain").isNull();
      assertThat(find(table, "some.shop" + i * 3 + ".example", "/")).as("no wildcard").isNull();
      assertThat(find(table, "xshop" + i * 3 + ".example", "/")).isNull();
    }
  }

  @Test
  void theMostSpecificOfManyIsFound() {
    List<VirtualHost> hosts = new ArrayList<>();
    for (int i = 0; i < SIZE / 4; i++) {
      for (String domain :
          List.of("a.b.s" + i + ".x", "*.b.s" + i + ".x", "*.s" + i + ".x", "a.c.s" + i + ".*")) {
        hosts.add(host(domain, List.of(to(domain, RouteMatch.of(new PathMatch.Prefix("/"))))));
      }
    }
    RouteTable table = compile(hosts);
    for (int i = 0; i < SIZE / 4; i++) {
      String end = "s" + i + ".x";
      assertThat(find(table, "a.b." + end, "/")).isEqualTo("a.b." + end);
      assertThat(find(table, "z.b." + end, "/")).isEqualTo("*.b." + end);
      assertThat(find(table, "a.c." + end, "/")).isEqualTo("*." + end);
      assertThat(find(table, "a.c.s" + i + ".y", "/")).isEqualTo("a.c.s" + i + ".*");
    }
  }

  @Test
  void eachRouteOfAHostIsFound() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      routes.add(
          to(
              "r" + i,
              RouteMatch.of(
                  i % 2 == 0
                      ? new PathMatch.Exact("/e/" + i)
                      : new PathMatch.Prefix("/p" + i + "/"))));
    }
    RouteTable table = compile(List.of(host("*", routes)));
    for (int i = 0; i < SIZE; i++) {
      assertThat(find(table, "h", i % 2 == 0 ? "/e/" + i : "/p" + i + "/x")).isEqualTo("r" + i);
    }
    assertThat(find(table, "h", "/e/1")).isNull();
  }

  /** Any of the paths may be taken by any of the tenants before it. */
  @Test
  void conditionsOnAllPathsDoNotMultiplyWithThePaths() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < SIZE / 2; i++) {
      routes.add(
          to(
              "tenant" + i,
              new RouteMatch(
                  new PathMatch.Prefix("/"),
                  true,
                  List.of(
                      new HeaderMatcher(
                          "x-tenant-" + i,
                          new HeaderMatcher.Condition.Present(true),
                          false,
                          false)),
                  List.of())));
    }
    for (int i = 0; i < SIZE / 2; i++) {
      routes.add(to("path" + i, RouteMatch.of(new PathMatch.Exact("/p/" + i))));
    }
    RouteTable table = compile(List.of(host("*", routes)));
    for (int i = 0; i < SIZE / 2; i += 500) {
      assertThat(find(table, "h", "/p/" + i)).isEqualTo("path" + i);
    }
    assertThat(find(table, "h", "/p/none")).isNull();
  }
}
