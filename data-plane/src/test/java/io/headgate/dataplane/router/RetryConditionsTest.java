package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteRetry;
import io.headgate.dataplane.route.RouteTarget;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.RouteTimeouts;
import io.headgate.xds.model.value.Metadata;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each retry condition against each event: exactly the events that Envoy names are retried. */
class RetryConditionsTest {

  /** An answer: status and one header, or none. */
  private record Answer(int status, String name, String value) {}

  private static final Map<String, Object> EVENTS = new TreeMap<>();

  static {
    EVENTS.put("200", new Answer(200, "", ""));
    EVENTS.put("404", new Answer(404, "", ""));
    EVENTS.put("409", new Answer(409, "", ""));
    EVENTS.put("418 configured", new Answer(418, "", ""));
    EVENTS.put("500", new Answer(500, "", ""));
    EVENTS.put("501", new Answer(501, "", ""));
    EVENTS.put("502", new Answer(502, "", ""));
    EVENTS.put("503", new Answer(503, "", ""));
    EVENTS.put("504", new Answer(504, "", ""));
    EVENTS.put("503 rate limited", new Answer(503, "x-envoy-ratelimited", "true"));
    EVENTS.put("200 x-again", new Answer(200, "x-again", "yes"));
    EVENTS.put("200 x-again: no", new Answer(200, "x-again", "no"));
    for (int status = 0; status <= 16; status++) {
      EVENTS.put("grpc " + status, new Answer(200, "grpc-status", Integer.toString(status)));
    }
    EVENTS.put("connect refused", new Failure(ErrorKind.CONNECT_FAILURE, "", false));
    EVENTS.put("connect timeout", new Failure(ErrorKind.CONNECT_TIMEOUT, "", false));
    EVENTS.put("overflow", new Failure(ErrorKind.UPSTREAM_OVERFLOW, "", false));
    EVENTS.put("refused stream", new Failure(ErrorKind.UPSTREAM_REFUSED_STREAM, "", false));
    EVENTS.put("reset", new Failure(ErrorKind.UPSTREAM_RESET, "", true));
    EVENTS.put("reset unsent", new Failure(ErrorKind.UPSTREAM_RESET, "", false));
    EVENTS.put("closed", new Failure(ErrorKind.UPSTREAM_CLOSED, "", true));
    EVENTS.put("closed unread", new Failure(ErrorKind.UPSTREAM_CLOSED, "", false));
    EVENTS.put("per try timeout", new Failure(ErrorKind.UPSTREAM_PER_TRY_TIMEOUT, "", true));
  }

  private static final Set<String> ALL_RESETS =
      Set.of(
          "connect refused",
          "connect timeout",
          "refused stream",
          "reset",
          "reset unsent",
          "closed",
          "closed unread",
          "per try timeout");

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(Set.of(more));
    return all;
  }

  /** What each condition retries; the switch makes a condition without a row a compile error. */
  private static Set<String> expected(RetryOn on) {
    return switch (on) {
      case FIVE_XX -> with(ALL_RESETS, "500", "501", "502", "503", "504");
      case GATEWAY_ERROR -> with(ALL_RESETS, "502", "503", "504");
      case RESET -> ALL_RESETS;
      case RESET_BEFORE_REQUEST ->
          Set.of(
              "connect refused",
              "connect timeout",
              "refused stream",
              "reset unsent",
              "closed unread");
      case CONNECT_FAILURE -> Set.of("connect refused", "connect timeout", "closed unread");
      case ENVOY_RATELIMITED -> Set.of("503 rate limited");
      case RETRIABLE_4XX -> Set.of("409");
      case REFUSED_STREAM -> Set.of("refused stream");
      case RETRIABLE_STATUS_CODES -> Set.of("418 configured");
      case RETRIABLE_HEADERS -> Set.of("200 x-again");
      case GRPC_CANCELLED -> Set.of("grpc 1");
      case GRPC_DEADLINE_EXCEEDED -> Set.of("grpc 4");
      case GRPC_INTERNAL -> Set.of("grpc 13");
      case GRPC_RESOURCE_EXHAUSTED -> Set.of("grpc 8");
      case GRPC_UNAVAILABLE -> Set.of("grpc 14");
    };
  }

  private static HeaderMatcher matcher(String name, String value) {
    return new HeaderMatcher(
        name,
        new HeaderMatcher.Condition.Matches(
            new StringMatcher(StringMatcher.Kind.EXACT, value, false)),
        false,
        false);
  }

  private static RetryPolicy policy(Set<RetryOn> on, List<HeaderMatcher> requests) {
    return new RetryPolicy(
        on,
        2,
        RetryPolicy.PerTry.NONE,
        RetryPolicy.BackOff.DEFAULT,
        null,
        new RetryPolicy.Retriable(Set.of(418), List.of(matcher("x-again", "yes")), requests),
        RetryPolicy.HostSelection.DEFAULT);
  }

  private static RouteRetry compiled(RetryPolicy policy) {
    RouteAction.Forward to = RouteAction.Forward.to("c");
    RouteEntry route =
        RouterHarness.route(
            new RouteAction.Forward(
                to.clusters(), to.rewrite(), RouteTimeouts.DEFAULT, policy, to.priority(), 503),
            Metadata.EMPTY);
    return Objects.requireNonNull(((RouteTarget.Forward) route.target()).retry());
  }

  private static boolean wants(@Nullable Retries retries, Object event) {
    if (retries == null) {
      return false;
    }
    return switch (event) {
      case Failure failure -> retries.wants(failure);
      case Answer(int status, String name, String value) -> {
        ResponseHead head = new ResponseHead();
        head.status(status);
        if (!name.isEmpty()) {
          head.headers().add(HeaderName.of(name), value);
        }
        yield retries.wants(head);
      }
      default -> throw new AssertionError(event);
    };
  }

  private static Set<String> retried(@Nullable Retries retries) {
    Set<String> names = new TreeSet<>();
    EVENTS.forEach((name, event) -> {
      if (wants(retries, event)) {
        names.add(name);
      }
    });
    return names;
  }

  private static RequestHead request(Method method, String... headers) {
    RequestHead head = new RequestHead();
    head.method(method);
    for (int i = 0; i < headers.length; i += 2) {
      head.headers().add(HeaderName.of(headers[i]), headers[i + 1]);
    }
    return head;
  }

  private static @Nullable Retries retries(@Nullable RouteRetry route, RequestHead head) {
    return Retries.of(route, head, AskedByRequest.of(head.headers()));
  }

  @Test
  void eachConditionOfARouteRetriesWhatItNames() {
    for (RetryOn on : RetryOn.values()) {
      RouteRetry route = compiled(policy(Set.of(on), List.of()));
      assertThat(retried(retries(route, request(Method.POST))))
          .as(on.word())
          .isEqualTo(expected(on));
    }
  }

  @Test
  void eachConditionOfARequestRetriesWhatItNames() {
    for (RetryOn on : RetryOn.values()) {
      String header = on.isGrpc() ? "x-envoy-retry-grpc-on" : "x-envoy-retry-on";
      RequestHead head =
          request(
              Method.POST,
              header,
              "nonsense, " + on.word(),
              "x-envoy-retriable-status-codes",
              "418,x,-1",
              "x-envoy-retriable-header-names",
              "X-Again");
      Set<String> expected = expected(on);
      if (on == RetryOn.RETRIABLE_HEADERS) {
        expected = with(expected, "200 x-again: no"); // by name only
      }
      assertThat(retried(retries(null, head))).as(on.word()).isEqualTo(expected);
      assertThat(head.headers().isEmpty()).as("the backend sees no header of retries").isTrue();
    }
  }

  @Test
  void conditionsOfRouteAndRequestAddUp() {
    RouteRetry route = compiled(policy(Set.of(RetryOn.RETRIABLE_4XX), List.of()));
    RequestHead head = request(Method.GET, "x-envoy-retry-on", "connect-failure");
    assertThat(retried(retries(route, head)))
        .containsExactlyInAnyOrder("409", "connect refused", "connect timeout", "closed unread");
  }

  @Test
  void aRequestThatDoesNotMatchIsNeverRetried() {
    RouteRetry route =
        compiled(policy(EnumSet.allOf(RetryOn.class), List.of(matcher("x-idempotent", "1"))));
    assertThat(retries(route, request(Method.GET))).isNull();
    assertThat(retries(route, request(Method.GET, "x-idempotent", "1"))).isNotNull();
  }

  @Test
  void theNumberOfRetriesIsTheRequestsWhenItNamesOne() {
    RouteRetry route = compiled(policy(Set.of(RetryOn.RESET), List.of()));
    assertThat(left(retries(route, request(Method.GET)))).isEqualTo(2);
    assertThat(left(retries(route, request(Method.GET, "x-envoy-max-retries", "0")))).isZero();
    assertThat(left(retries(route, request(Method.GET, "x-envoy-max-retries", "5")))).isEqualTo(5);
    assertThat(left(retries(null, request(Method.GET, "x-envoy-retry-on", "reset")))).isOne();
    assertThat(retries(null, request(Method.GET, "x-envoy-max-retries", "5"))).isNull();
  }

  private static int left(@Nullable Retries retries) {
    int left = 0;
    while (retries != null && retries.isLeft()) {
      retries.use(new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
      left++;
    }
    return left;
  }
}
