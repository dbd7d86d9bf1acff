package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.FilterOverride;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.route.WeightedCluster;
import io.headgate.xds.model.value.Metadata;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  static RequestHead head(String authority, String path) {
    RequestHead head = new RequestHead();
    head.method(Method.GET);
    head.authority(authority);
    head.path(path);
    return head;
  }

  private static Route route(String name, RouteMatch match, RouteAction action) {
    return new Route(name, match, action, HeaderMutations.NONE, Map.of(), Metadata.EMPTY);
  }

  private static Route to(String name, RouteMatch match) {
    return route(name, match, RouteAction.Forward.to(name));
  }

  private static VirtualHost host(String name, List<String> domains, Route... routes) {
    return new VirtualHost(name, domains, List.of(routes), HeaderMutations.NONE, Map.of(), null);
  }

  private static RouteConfiguration config(boolean ignorePort, List<VirtualHost> hosts) {
    return new RouteConfiguration(
        "t", hosts, HeaderMutations.NONE, Map.of(), false, ignorePort, 4096);
  }

  /** A table with one host, for all domains. */
  private static RouteTable table(Route... routes) {
    return RouteTable.compile(
        config(false, List.of(host("v", List.of("*"), routes))), RouteServices.PLAIN);
  }

  /** Paths of any kind, with a header of just this value. */
  private static RouteMatch with(String header, String value, HeaderMatcher... more) {
    List<HeaderMatcher> all = new ArrayList<>(List.of(more));
    all.add(
        new HeaderMatcher(
            header, new HeaderMatcher.Condition.Matches(StringMatcher.exact(value)), false, false));
    return new RouteMatch(new PathMatch.Prefix("/"), true, all, List.of());
  }

  private static @Nullable String match(RouteTable table, RequestHead head) {
    RouteEntry entry = table.match(head, RANDOM);
    return entry == null ? null : entry.name();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,exact",
    "A.EXAMPLE,exact",
    "b.a.example,suffix-long",
    "x.example,suffix",
    ".example,any",
    "shop.test,prefix",
    "shop.,any",
    "other,any",
    "a.example:80,any",
  })
  void findsTheMostSpecificDomain(String authority, String expected) {
    RouteMatch all = RouteMatch.of(new PathMatch.Prefix("/"));
    RouteTable table =
        RouteTable.compile(
            config(
                false,
                List.of(
                    host("1", List.of("*"), to("any", all)),
                    host("2", List.of("*.example"), to("suffix", all)),
                    host("3", List.of("*.a.example"), to("suffix-long", all)),
                    host("4", List.of("a.example"), to("exact", all)),
                    host("5", List.of("shop.*"), to("prefix", all)))),
            RouteServices.PLAIN);
    assertThat(match(table, head(authority, "/"))).isEqualTo(expected);
  }

  @Test
  void thePortIsIgnoredWhenTold() {
    RouteMatch all = RouteMatch.of(new PathMatch.Prefix("/"));
    RouteTable table =
        RouteTable.compile(
            config(true, List.of(host("1", List.of("a.example"), to("r", all)))),
            RouteServices.PLAIN);
    assertThat(match(table, head("a.example:8080", "/"))).isEqualTo("r");
    assertThat(match(table, head("b.example:8080", "/"))).isNull();
  }

  @Test
  void connectIsTakenByItsOwnMatchOnly() {
    RouteTable table =
        table(
            to("paths", RouteMatch.of(new PathMatch.Prefix("/"))),
            to("tunnel", RouteMatch.of(new PathMatch.Connect())));
    assertThat(match(table, head("a.example:443", "/"))).isEqualTo("paths");
    RequestHead connect = head("a.example:443", "/");
    connect.pathRange(0, 0);
    connect.method(Method.CONNECT);
    assertThat(match(table, connect)).isEqualTo("tunnel");
  }

  /**
   * Whichever way a route is found, few others are asked, so a thousand cost little more than one.
   */
  @Test
  void fewRoutesAreAskedForAPath() {
    RouteMatch all = RouteMatch.of(new PathMatch.Prefix("/"));
    RouteEntry entry = table(to("r", all)).match(head("h", "/"), RANDOM);
    assertThat(entry).isNotNull();
    List<CompiledRoute> routes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      PathMatch path =
          i % 2 == 0
              ? new PathMatch.Exact("/exact/" + i)
              : new PathMatch.Prefix("/prefix/" + i + "/");
      routes.add(
          new CompiledRoute(
              new Conditions(RouteMatch.of(path), RuntimeFlags.DEFAULTS),
              new RouteEntry[] {Objects.requireNonNull(entry)},
              null));
    }
    RouteIndex index = RouteIndexBuilder.build(routes.toArray(new CompiledRoute[0]));
    assertThat(index.asked(head("h", "/exact/500"))).isEqualTo(1);
    assertThat(index.asked(head("h", "/prefix/501/a/b?c"))).isEqualTo(1);
    assertThat(index.asked(head("h", "/nothing"))).isZero();
  }

  @ParameterizedTest
  @CsvSource({"/q?a=1,one", "/q?b=1&a=1&a=2,one", "/q?a=2,rest", "/q?xa=1,rest", "/q,rest"})
  void looksAtTheFirstValueOfAQueryParameter(String path, String expected) {
    RouteMatch one =
        new RouteMatch(
            new PathMatch.Prefix("/"),
            true,
            List.of(),
            List.of(
                new QueryParameterMatcher(
                    "a", new QueryParameterMatcher.Condition.Matches(StringMatcher.exact("1")))));
    RouteTable table = table(to("one", one), to("rest", RouteMatch.of(new PathMatch.Prefix("/"))));
    assertThat(match(table, head("h", path))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"GET,get", "POST,other"})
  void matchesTheMethodAndNumbers(String method, String expected) {
    RouteMatch get =
        with(
            ":method",
            "GET",
            new HeaderMatcher("x-n", new HeaderMatcher.Condition.Range(-5, 10), false, false));
    RouteTable table = table(to("get", get), to("other", RouteMatch.of(new PathMatch.Prefix("/"))));
    RequestHead head = head("h", "/");
    head.method(Method.of(method));
    head.headers().add(HeaderName.of("x-n"), "9");
    assertThat(match(table, head)).isEqualTo(expected);
    head.headers().set(HeaderName.of("x-n"), "10");
    assertThat(match(table, head)).isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource({"b,one", "a,one", "'a,b',rest", "c,rest"})
  void eachFieldLineIsLookedAtByItself(String wanted, String expected) {
    RouteTable table =
        table(to("one", with("x-v", wanted)), to("rest", RouteMatch.of(new PathMatch.Prefix("/"))));
    RequestHead head = head("h", "/");
    head.headers().add(HeaderName.of("x-v"), "a");
    head.headers().add(HeaderName.of("x-v"), "b");
    assertThat(match(table, head)).isEqualTo(expected);
  }

  @Test
  void weightedClustersGetTheirShares() {
    ClusterChoice choice =
        new ClusterChoice.Weighted(
            List.of(
                new WeightedCluster("a", 90, HeaderMutations.NONE, Map.of(), null),
                new WeightedCluster("b", 10, HeaderMutations.NONE, Map.of(), "b.host"),
                new WeightedCluster("c", 0, HeaderMutations.NONE, Map.of(), null)));
    RouteAction.Forward plain = RouteAction.Forward.to("x");
    Route route =
        route(
            "w",
            RouteMatch.of(new PathMatch.Prefix("/")),
            new RouteAction.Forward(
                choice, Rewrite.NONE, plain.timeout(), null, null, plain.priority(), 503));
    RouteTable table = table(route);
    int a = 0;
    int b = 0;
    for (int i = 0; i < 20_000; i++) {
      RouteEntry entry = table.match(head("h", "/"), RANDOM);
      assertThat(entry).isNotNull();
      if (entry != null && entry.target() instanceof RouteTarget.Forward forward) {
        RequestHead head = head("h", "/");
        String cluster = forward.cluster().of(head);
        forward.rewrite().apply(head, 1, false);
        a += cluster.equals("a") && head.authority().equals("h") ? 1 : 0;
        b += cluster.equals("b") && head.authority().equals("b.host") ? 1 : 0;
      }
    }
    assertThat(a).isBetween(17_700, 18_300);
    assertThat(a + b).isEqualTo(20_000);
  }

  private static HeaderMutations adds(String value) {
    return new HeaderMutations(
        List.of(
            new HeaderAddition(
                "x-level", value, HeaderAddition.Action.OVERWRITE_IF_EXISTS_OR_ADD, false)),
        List.of("x-gone"),
        List.of(
            new HeaderAddition(
                "x-all", value, HeaderAddition.Action.APPEND_IF_EXISTS_OR_ADD, false)),
        List.of());
  }

  @Test
  void headerChangesRunFromTheRouteToTheTableUnlessTold() {
    for (boolean specificWins : new boolean[] {false, true}) {
      Route route =
          new Route(
              "r",
              RouteMatch.of(new PathMatch.Prefix("/")),
              RouteAction.Forward.to("c"),
              adds("route"),
              Map.of(),
              Metadata.EMPTY);
      VirtualHost host =
          new VirtualHost("v", List.of("*"), List.of(route), adds("host"), Map.of(), null);
      RouteTable table =
          RouteTable.compile(
              new RouteConfiguration(
                  "t", List.of(host), adds("table"), Map.of(), specificWins, false, 4096),
              RouteServices.PLAIN);
      RequestHead head = head("h", "/");
      head.headers().add(HeaderName.of("x-gone"), "1");
      RouteEntry entry = table.match(head, RANDOM);
      assertThat(entry).isNotNull();
      if (entry == null) {
        return;
      }
      StreamInfo info =
          new StreamInfo(
              new ConnectionInfo(
                  1, new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress(2), null),
              1,
              0,
              0);
      entry.requestEdits().apply(head, null, info);
      assertThat(head.headers().first(HeaderName.of("x-level")))
          .isEqualTo(specificWins ? "route" : "table");
      assertThat(head.headers().contains(HeaderName.of("x-gone"))).isFalse();
      ResponseHead answer = new ResponseHead();
      entry.responseEdits().apply(head, answer, info);
      assertThat(answer.headers().joined(HeaderName.of("x-all")))
          .isEqualTo(specificWins ? "table,host,route" : "route,host,table");
    }
  }

  @Test
  void overridesAreMergedFromTheTableDown() {
    FilterConfig first = new RouterConfig(true, false);
    FilterConfig second = new RouterConfig(false, false);
    Route route =
        new Route(
            "r",
            RouteMatch.of(new PathMatch.Prefix("/")),
            RouteAction.Forward.to("c"),
            HeaderMutations.NONE,
            Map.of("f", second, "off", new FilterOverride(null, true)),
            Metadata.EMPTY);
    VirtualHost host =
        new VirtualHost(
            "v", List.of("*"), List.of(route), HeaderMutations.NONE, Map.of("f", first), null);
    RouteTable table = RouteTable.compile(config(false, List.of(host)), RouteServices.PLAIN);
    RouteEntry entry = table.match(head("h", "/"), RANDOM);
    assertThat(entry).isNotNull();
    if (entry != null) {
      assertThat(entry.overrides().mostSpecific("f")).isEqualTo(second);
      assertThat(entry.overrides().all("f")).containsExactly(first, second);
      assertThat(entry.overrides().disabled("off")).isTrue();
      assertThat(entry.overrides().mostSpecific("unknown")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http,h.example,'',0,https://h.example/a?x=1",
    "http,h.example:80,'',0,https://h.example/a?x=1",
    "http,h.example:8080,'',0,https://h.example:8080/a?x=1",
    "http,h.example:8080,'',8443,https://h.example:8443/a?x=1",
    "http,h.example:8080,n.example,0,https://n.example/a?x=1",
    "http,[::1]:80,'',0,https://[::1]/a?x=1",
  })
  void redirectsKeepWhatTheyDoNotSet(
      String scheme, String authority, String host, int port, String expected) {
    RedirectRules rules =
        RedirectRules.of(
            new RouteAction.Redirect(
                "https", host, port, new RouteAction.RedirectPath.Keep(), 301, false),
            false);
    RequestHead head = head(authority, "/a?x=1");
    head.scheme(scheme);
    assertThat(rules.location(head, 1)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https,'',443,https://h.example/a",
    "https,n.example,443,https://n.example/a",
    "https,'',80,https://h.example:80/a",
    "http,'',80,http://h.example/a",
    "'','',80,http://h.example/a",
    "'','',443,http://h.example:443/a",
    "'','',0,http://h.example:8080/a",
  })
  void aPortThatTheSchemeHasAnywayIsLeftOutWhereTheMetadataSaysSo(
      String scheme, String host, int port, String expected) {
    RedirectRules rules =
        RedirectRules.of(
            new RouteAction.Redirect(
                scheme, host, port, new RouteAction.RedirectPath.Keep(), 301, false),
            true);
    RequestHead head = head("h.example:8080", "/a");
    head.scheme("http");
    assertThat(rules.location(head, 1)).isEqualTo(expected);
  }
}
