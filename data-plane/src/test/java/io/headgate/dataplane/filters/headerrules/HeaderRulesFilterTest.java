package io.headgate.dataplane.filters.headerrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.FakeFilterStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import io.headgate.xds.model.filter.HeaderRulesPerRoute.Allowed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers of requests and cookies of answers pass. */
class HeaderRulesFilterTest {
  private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");

  private final HeaderRulesFactory factory = new HeaderRulesFactory();
  private final Meters meters = new Meters();
  private final FilterContext context =
      new FilterContext("headgate.header_rules", meters.scope("http"), meters);

  private StreamFilter filter(RequestHead head, HeaderRulesPerRoute... levels) {
    Object[] configs =
        Arrays.stream(levels).map(l -> factory.createRouteConfig(l, context)).toArray();
    StreamFilter filter =
        ((FilterTemplate.Passing) factory.create(new HeaderRulesConfig(), context)).newStream();
    filter.attach(new FakeFilterStream(head, configs));
    return filter;
  }

  private static HeaderRulesPerRoute allow(@Nullable List<String> names, String... prefixes) {
    return new HeaderRulesPerRoute(
        names == null ? null : new Allowed(names, List.of(prefixes)), List.of());
  }

  private static List<String> names(HeaderBlock block) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      names.add(block.nameAt(i));
    }
    return names;
  }

  private List<String> passing(HeaderRulesPerRoute rules, String... names) {
    RequestHead head = new RequestHead();
    for (String name : names) {
      head.headers().add(HeaderName.of(name), "v");
    }
    assertThat(filter(head, rules).onRequestHead(head, true)).isEqualTo(FilterAction.CONTINUE);
    return names(head.headers());
  }

  private List<String> cookies(List<String> removed, String... values) {
    ResponseHead response = new ResponseHead();
    for (String value : values) {
      response.headers().add(SET_COOKIE, value);
    }
    response.headers().add(HeaderName.of("cookie"), "debug=1");
    filter(new RequestHead(), new HeaderRulesPerRoute(null, removed))
        .onResponseHead(response, true);
    assertThat(response.headers().contains(HeaderName.of("cookie"))).isTrue();
    return response.headers().all(SET_COOKIE);
  }

  @Test
  void onlyNamesAndPrefixesOfTheListPass() {
    HeaderRulesPerRoute rules = allow(List.of("accept", "cookie"), "x-shop-");
    assertThat(
            passing(
                rules, "accept", "x-shop-cart", "x-shop-", "x-sho", "accept-language", "cookie"))
        .containsExactly("accept", "x-shop-cart", "x-shop-", "cookie");
    assertThat(meters.counters("headgate_header_rules")).containsValue(2L);
  }

  @Test
  void caseDoesNotMatterOnEitherSide() {
    assertThat(passing(allow(List.of("X-Team"), "X-SHOP-"), "x-TEAM", "X-Shop-Cart", "X-Other"))
        .containsExactly("x-team", "x-shop-cart");
  }

  @Test
  void aNameThatComesTwiceIsTreatedAlike() {
    assertThat(passing(allow(List.of("a")), "b", "a", "b", "a", "b")).containsExactly("a", "a");
    assertThat(passing(allow(List.of("b")), "b", "a", "b")).containsExactly("b", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "connection",
        "content-length",
        "content-type",
        "content-encoding",
        "expect",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "grpc-timeout",
        "sec-websocket-key",
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-forwarded-client-cert",
        "x-request-id",
        "x-envoy-expected-rq-timeout-ms",
        "traceparent",
        "tracestate",
        "b3",
        "x-b3-traceid",
      })
  void framingAndWhatTheProxyWritesAlwaysPasses(String name) {
    assertThat(passing(allow(List.of()), name)).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "cookie",
        "user-agent",
        "origin",
        "content-language",
        "content-disposition",
        "x-forwarded-user",
        "x-real-ip",
        "proxy-authorization",
        "keep-alive",
        "x-request-identity",
        "hosts",
        "grpc",
      })
  void anEmptyListLetsNothingElsePass(String name) {
    assertThat(passing(allow(List.of()), name)).isEmpty();
  }

  @Test
  void withoutAListEverythingPasses() {
    assertThat(passing(allow(null), "a", "cookie")).containsExactly("a", "cookie");
    RequestHead head = new RequestHead();
    head.headers().add(HeaderName.of("a"), "v");
    filter(head).onRequestHead(head, true);
    assertThat(names(head.headers())).containsExactly("a");
    assertThat(meters.counters("headgate_header_rules").values()).containsOnly(0L);
  }

  @Test
  void theNearestLevelAloneCounts() {
    RequestHead head = new RequestHead();
    head.headers().add(HeaderName.of("a"), "v");
    head.headers().add(HeaderName.of("b"), "v");
    filter(head, allow(List.of("a")), allow(List.of("b"))).onRequestHead(head, true);
    assertThat(names(head.headers())).containsExactly("b");
  }

  @Test
  void trailersOfTheRequestAreCleanedToo() {
    HeaderBlock trailers = new HeaderBlock();
    trailers.add(HeaderName.of("x-checksum"), "1");
    trailers.add(HeaderName.of("x-shop-sum"), "2");
    trailers.add(HeaderName.of("grpc-status"), "0");
    filter(new RequestHead(), allow(List.of(), "x-shop-")).onRequestTrailers(trailers);
    assertThat(names(trailers)).containsExactly("x-shop-sum", "grpc-status");
  }

  @Test
  void manyAndLargeHeadersAreRemoved() {
    RequestHead head = new RequestHead();
    head.headers().add(HeaderName.of("x-keep"), "k".repeat(30_000));
    for (int i = 0; i < 1_000; i++) {
      head.headers().add(HeaderName.of("x-drop-" + i), "d".repeat(i));
    }
    head.headers().add(HeaderName.of("x-last"), "l");
    filter(head, allow(List.of("x-keep", "x-last"))).onRequestHead(head, true);
    assertThat(names(head.headers())).containsExactly("x-keep", "x-last");
    assertThat(head.headers().first(HeaderName.of("x-keep"))).hasSize(30_000);
    assertThat(head.headers().first(HeaderName.of("x-last"))).isEqualTo("l");
    assertThat(meters.counters("headgate_header_rules")).containsValue(1_000L);
  }

  @Test
  void cookiesAreRemovedByTheirWholeNames() {
    assertThat(
            cookies(
                List.of("debug", "__Host-t"),
                "debug=1; Path=/",
                "session=debug",
                "debugger=1",
                "__Host-t=; Max-Age=0",
                " debug =2",
                "Debug=3",
                "debug",
                "other; debug=1"))
        .containsExactly("session=debug", "debugger=1", "Debug=3", "other; debug=1");
    assertThat(meters.counters("headgate_header_rules")).containsValue(4L);
  }

  @Test
  void withoutNamesAllCookiesPass() {
    assertThat(cookies(List.of(), "debug=1", "a=b")).containsExactly("debug=1", "a=b");
  }
}
