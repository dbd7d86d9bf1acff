package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.VirtualHost;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The compiled table and a naive one take every request to the same route. */
class RouteMatchFuzzTest {
  private static final int CASES = 3_000;
  private static final int REQUESTS = 10;
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  @Test
  void tablesMatchLikeNaiveOnes() {
    Fuzz.replay("route-match", CASES, RouteMatchFuzzTest::check);
  }

  @Test
  void aTableThatForgetsToIgnoreCaseIsSeen() {
    Fuzz.mustFail(CASES, draw -> check(draw, 20, RouteMatchFuzzTest::caseSensitive));
  }

  @Property(tries = 200)
  void largeTablesMatchLikeNaiveOnes(@ForAll long seed) {
    check(new Random(seed), 300, table -> table);
  }

  static void check(Random random) {
    check(random, 20, table -> table);
  }

  private static void check(Random random, int routes, UnaryOperator<RouteConfiguration> fault) {
    RandomTables draws = new RandomTables(random);
    RouteConfiguration config = draws.table(routes);
    NaiveTable naive = new NaiveTable(config);
    RouteTable table = RouteTable.compile(fault.apply(config), RouteServices.PLAIN);
    for (int i = 0; i < REQUESTS; i++) {
      NaiveTable.Request request = draws.request();
      RouteEntry found = table.match(head(request), RANDOM);
      assertThat(found == null ? null : found.name())
          .as("%s in %s", request, config)
          .isEqualTo(naive.find(request));
    }
  }

  private static RequestHead head(NaiveTable.Request request) {
    RequestHead head = new RequestHead();
    head.method(Method.of(request.method()));
    head.authority(request.authority());
    head.path(request.target());
    request
        .headers()
        .forEach((name, values) ->
            values.forEach(value -> head.headers().add(HeaderName.of(name), value)));
    return head;
  }

  private static RouteConfiguration caseSensitive(RouteConfiguration config) {
    return new RouteConfiguration(
        config.name(),
        config.virtualHosts().stream()
            .map(host ->
                new VirtualHost(
                    host.name(),
                    host.domains(),
                    host.routes().stream().map(RouteMatchFuzzTest::caseSensitive).toList(),
                    host.headers(),
                    host.typedPerFilterConfig(),
                    null))
            .toList(),
        config.headers(),
        config.typedPerFilterConfig(),
        config.options(),
        config.mirrors());
  }

  private static Route caseSensitive(Route route) {
    RouteMatch match = route.match();
    return new Route(
        route.name(),
        new RouteMatch(match.path(), true, match.headers(), match.queryParameters()),
        route.action(),
        route.headers(),
        route.typedPerFilterConfig(),
        route.metadata());
  }
}
