package io.headgate.dataplane.filters.cors;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.FakeFilterStream;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.CorsPerRoute.Answer;
import io.headgate.xds.model.match.StringMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the CORS filter answers by itself, what it marks, and what it leaves alone. */
class CorsFilterTest {
  private static final String APP = "https://app.example.com";
  private static final CorsPerRoute RULES = rules("GET, POST", "x-a, x-b", "x-total", "600", null);

  private final CorsFactory factory = new CorsFactory();
  private final Meters meters = new Meters();
  private final FilterContext context = new FilterContext("cors", meters.scope("http"), meters);

  private static CorsPerRoute rules(
      String methods, String headers, String exposed, String age, @Nullable Boolean credentials) {
    return new CorsPerRoute(
        List.of(StringMatcher.exact(APP)),
        new Answer(methods, headers, exposed, age, credentials),
        true);
  }

  private static CorsPerRoute origins(StringMatcher... origins) {
    return new CorsPerRoute(List.of(origins), new Answer("", "", "", "", null), true);
  }

  private static RequestHead head(String method, String... headers) {
    RequestHead head = new RequestHead();
    head.method(Method.of(method));
    head.path("/p");
    for (String header : headers) {
      int colon = header.indexOf(": ");
      head.headers().add(HeaderName.of(header.substring(0, colon)), header.substring(colon + 2));
    }
    return head;
  }

  private static RequestHead preflight(String origin, String... more) {
    RequestHead head = head("OPTIONS", "origin: " + origin, "access-control-request-method: PUT");
    for (String header : more) {
      int colon = header.indexOf(": ");
      head.headers().add(HeaderName.of(header.substring(0, colon)), header.substring(colon + 2));
    }
    return head;
  }

  /** One stream; levels from the least to the most specific. */
  private final class Stream {
    final FakeFilterStream fake;
    final StreamFilter filter;
    final FilterAction action;

    Stream(RequestHead head, CorsPerRoute... levels) {
      Object[] configs =
          Arrays.stream(levels).map(l -> factory.createRouteConfig(l, context)).toArray();
      fake = new FakeFilterStream(head, configs);
      filter = ((FilterTemplate.Passing) factory.create(new CorsConfig(), context)).newStream();
      filter.attach(fake);
      action = filter.onRequestHead(head, true);
    }

    Map<String, String> answered() {
      LocalReply reply = Objects.requireNonNull(fake.reply());
      assertThat(action).isEqualTo(FilterAction.LOCAL_REPLY);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEmpty();
      Map<String, String> headers = new TreeMap<>();
      reply.headers().forEach(header -> headers.put(header.name().toString(), header.value()));
      return headers;
    }

    Map<String, String> marked() {
      assertThat(action).isEqualTo(FilterAction.CONTINUE);
      assertThat(fake.reply()).isNull();
      ResponseHead response = new ResponseHead();
      filter.onResponseHead(response, true);
      Map<String, String> headers = new TreeMap<>();
      for (int i = 0; i < response.headers().size(); i++) {
        headers.put(response.headers().nameAt(i), response.headers().valueAt(i));
      }
      return headers;
    }
  }

  @Test
  void aPreflightIsAnsweredWithWhatIsAllowed() {
    Stream stream = new Stream(preflight(APP, "access-control-request-headers: x-other"), RULES);
    assertThat(stream.answered())
        .containsOnly(
            Map.entry("access-control-allow-origin", APP),
            Map.entry("access-control-allow-methods", "GET, POST"),
            Map.entry("access-control-allow-headers", "x-a, x-b"),
            Map.entry("access-control-max-age", "600"));
    assertThat(Objects.requireNonNull(stream.fake.reply()).details()).isEqualTo("cors_response");
    assertThat(meters.counters("http.cors."))
        .containsEntry("http.cors.origin_valid", 1L)
        .containsEntry("http.cors.origin_invalid", 0L);
  }

  @Test
  void aStarSaysBackWhatWasAskedFor() {
    CorsPerRoute any = rules("*", "*", "*", "5", true);
    assertThat(
            new Stream(
                    preflight(
                        APP,
                        "access-control-request-headers: x-one",
                        "access-control-request-headers: x-two"),
                    any)
                .answered())
        .containsEntry("access-control-allow-methods", "PUT")
        .containsEntry("access-control-allow-headers", "x-one,x-two")
        .containsEntry("access-control-allow-credentials", "true");
    assertThat(new Stream(preflight(APP), any).answered())
        .as("nothing was asked for")
        .doesNotContainKey("access-control-allow-headers");
  }

  @Test
  void whatIsNotConfiguredIsNotSaid() {
    assertThat(new Stream(preflight(APP), rules("", "", "", "", null)).answered())
        .containsOnlyKeys("access-control-allow-origin");
  }

  @Test
  void theAnswerToARequestIsMarkedForItsOrigin() {
    assertThat(new Stream(head("GET", "origin: " + APP), RULES).marked())
        .containsOnly(
            Map.entry("access-control-allow-origin", APP),
            Map.entry("access-control-expose-headers", "x-total"));
  }

  @Test
  void marksOfTheBackendAreReplaced() {
    Stream stream = new Stream(head("GET", "origin: " + APP), RULES);
    ResponseHead response = new ResponseHead();
    HeaderName allow = HeaderName.of("access-control-allow-origin");
    response.headers().add(allow, "*");
    response.headers().add(HeaderName.of("vary"), "accept-encoding");
    stream.filter.onResponseHead(response, true);
    assertThat(response.headers().all(allow)).containsExactly(APP);
    assertThat(response.headers().all(HeaderName.of("vary"))).containsExactly("accept-encoding");
  }

  @Test
  void credentialsNeverComeWithAStar() {
    CorsPerRoute everybody =
        new CorsPerRoute(
            List.of(new StringMatcher(StringMatcher.Kind.SAFE_REGEX, ".*", false)),
            new Answer("*", "*", "", "", true),
            true);
    String evil = "https://evil.example.net";
    assertThat(new Stream(preflight(evil), everybody).answered())
        .containsEntry("access-control-allow-origin", evil)
        .containsEntry("access-control-allow-credentials", "true");
    assertThat(new Stream(head("GET", "origin: " + evil), everybody).marked())
        .containsEntry("access-control-allow-origin", evil)
        .containsEntry("access-control-allow-credentials", "true");
    assertThat(new Stream(preflight(APP), rules("*", "", "", "", false)).answered())
        .as("said not to")
        .doesNotContainKey("access-control-allow-credentials");
  }

  @ParameterizedTest
  @CsvSource({
    "EXACT,https://app.example.com,https://app.example.com,true",
    "EXACT,https://app.example.com,https://app.example.com.evil.net,false",
    "EXACT,https://app.example.com,HTTPS://APP.EXAMPLE.COM,false",
    "EXACT,https://app.example.com,http://app.example.com,false",
    "EXACT,https://app.example.com,https://app.example.com:8443,false",
    "EXACT,*,null,true",
    "PREFIX,https://app.,https://app.example.com,true",
    "PREFIX,https://app.,https://my.app.example.com,false",
    "SUFFIX,.example.com,https://app.example.com,true",
    "SUFFIX,.example.com,https://example.com,false",
    "CONTAINS,example,https://example.com,true",
    "CONTAINS,example,https://other.org,false",
    "SAFE_REGEX,https://[^/:]+\\.example\\.com,https://a.b.example.com,true",
    "SAFE_REGEX,https://[^/:]+\\.example\\.com,https://a.example.com.evil.net,false",
    "SAFE_REGEX,https://[^/:]+\\.example\\.com,xhttps://a.example.com,false",
  })
  void originsAreMatchedWhole(
      StringMatcher.Kind kind, String value, String origin, boolean allowed) {
    Stream stream =
        new Stream(
            head("GET", "origin: " + origin), origins(new StringMatcher(kind, value, false)));
    assertThat(stream.marked().containsKey("access-control-allow-origin")).isEqualTo(allowed);
    assertThat(meters.counters("http.cors."))
        .containsEntry(allowed ? "http.cors.origin_valid" : "http.cors.origin_invalid", 1L);
  }

  @Test
  void caseIsFoldedWhereTheMatcherSaysSo() {
    CorsPerRoute folded =
        origins(new StringMatcher(StringMatcher.Kind.EXACT, "https://App.example.com", true));
    assertThat(new Stream(head("GET", "origin: https://aPP.example.com"), folded).marked())
        .containsEntry("access-control-allow-origin", "https://aPP.example.com");
  }

  @Test
  void aPreflightOfAnotherOriginGoesOnOrIsAnsweredWithoutAMark() {
    String other = "https://other.org";
    assertThat(new Stream(preflight(other), RULES).marked()).isEmpty();
    CorsPerRoute closed = new CorsPerRoute(RULES.origins(), RULES.answer(), false);
    assertThat(new Stream(preflight(other), closed).answered()).isEmpty();
    assertThat(new Stream(head("GET", "origin: " + other), closed).marked())
        .as("no preflight")
        .isEmpty();
  }

  @Test
  void onlyOptionsThatAskForAMethodIsAPreflight() {
    assertThat(new Stream(head("OPTIONS", "origin: " + APP), RULES).marked())
        .containsKey("access-control-allow-origin");
    assertThat(
            new Stream(head("OPTIONS", "origin: " + APP, "access-control-request-method: "), RULES)
                .marked())
        .containsKey("access-control-allow-origin");
    assertThat(
            new Stream(head("GET", "origin: " + APP, "access-control-request-method: PUT"), RULES)
                .marked())
        .containsKey("access-control-allow-origin");
  }

  @Test
  void withoutOriginOrRulesNothingHappens() {
    assertThat(new Stream(head("GET"), RULES).marked()).isEmpty();
    assertThat(new Stream(head("GET", "origin: "), RULES).marked()).isEmpty();
    assertThat(new Stream(preflight(APP)).marked()).isEmpty();
    assertThat(meters.counters("http.cors.").values()).containsOnly(0L);
  }

  @Test
  void aLevelTakesWhatItLeavesOutFromTheOneAround() {
    CorsPerRoute table = rules("GET", "x-table", "x-total", "600", true);
    CorsPerRoute route = new CorsPerRoute(List.of(), new Answer("DELETE", "", "", "", false), true);
    assertThat(new Stream(preflight(APP), table, route).answered())
        .containsOnly(
            Map.entry("access-control-allow-origin", APP),
            Map.entry("access-control-allow-methods", "DELETE"),
            Map.entry("access-control-allow-headers", "x-table"),
            Map.entry("access-control-max-age", "600"));
    CorsPerRoute narrow = origins(StringMatcher.exact("https://other.org"));
    assertThat(new Stream(preflight(APP), table, narrow).marked())
        .as("the nearer level's origins alone count")
        .isEmpty();
  }
}
