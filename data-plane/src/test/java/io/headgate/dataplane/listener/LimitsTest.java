package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every limit of requests and connections: its answer, counter, flag and details. */
class LimitsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory = Path.of("");
  private ListenerBed bed = new ListenerBed(Path.of(""));

  @BeforeEach
  void make() {
    bed.close();
    bed = new ListenerBed(directory);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void client(int connections, ClientLimits.@Nullable Rate rate) {
    bed.accept =
        new AcceptRules(
            Duration.ofSeconds(15), false, false, false, new ClientLimits(connections, rate));
  }

  private void expect(String raw, int status, String log) throws Exception {
    try (RawClient client = bed.client()) {
      assertThat(client.send(raw).read().status()).isEqualTo(status);
    }
    await().untilAsserted(() -> assertThat(bed.logged()).containsExactly(log));
  }

  @Test
  void aHeadWithTooManyBytes() throws Exception {
    bed.limits = new HttpLimits(1, 100, 0);
    bed.open();
    expect(
        "GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(1100) + "\r\n\r\n",
        431,
        "431 DPE http1.headers_too_large");
  }

  @Test
  void aHeadWithTooManyFields() throws Exception {
    bed.limits = new HttpLimits(60, 3, 0);
    bed.open();
    expect(
        "GET / HTTP/1.1\r\nHost: a\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n",
        431,
        "431 DPE http1.too_many_headers");
  }

  @Test
  void aRequestLineLargerThanAHeadMayBe() throws Exception {
    bed.limits = new HttpLimits(1, 100, 0);
    bed.open();
    expect(
        "GET /" + "y".repeat(1100) + " HTTP/1.1\r\nHost: a\r\n\r\n",
        414,
        "414 DPE http1.headers_too_large");
  }

  @Test
  void aUrlThatIsTooLong() throws Exception {
    bed.httpLimits = new HttpLimitsConfig(20, 0);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/" + "u".repeat(19)).status()).isEqualTo(200);
      assertThat(client.get("/" + "u".repeat(20)).status()).isEqualTo(414);
      assertThat(client.get("/?" + "u".repeat(19)).status()).isEqualTo(414);
    }
    assertThat(bed.meter("headgate_http_limits.limits.url_too_long_total")).isEqualTo(2);
    await()
        .untilAsserted(
            () -> assertThat(bed.logged()).contains("414 - headgate_http_limits_url_too_long"));
  }

  @Test
  void anExceptionEndsByItself() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    bed.clock = now::get;
    bed.httpLimits = new HttpLimitsConfig(20, 0);
    bed.routes =
        route(
            new HttpLimitsPerRoute(
                new HttpLimitsPerRoute.UrlException(50, "team-search", NOW.plusSeconds(60)), 0));
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/" + "u".repeat(49)).status()).isEqualTo(200);
      assertThat(client.get("/" + "u".repeat(50)).status()).isEqualTo(414);
      assertThat(bed.meter("headgate_http_limits.limits.url_exceptions_used_total")).isEqualTo(1);
      now.set(NOW.plusSeconds(60));
      assertThat(client.get("/" + "u".repeat(49)).status()).isEqualTo(414);
      assertThat(bed.meter("headgate_http_limits.limits.url_exceptions_expired_total"))
          .isEqualTo(1);
      assertThat(client.get("/short").status()).isEqualTo(200);
    }
  }

  private static io.headgate.dataplane.hcm.RouteLookup route(HttpLimitsPerRoute limits) {
    StreamRoute route =
        new StreamRoute() {
          @Override
          public String name() {
            return "r";
          }

          @Override
          public String virtualHost() {
            return "v";
          }

          @Override
          public RouteOverrides overrides() {
            return new RouteOverrides() {
              @Override
              public boolean isEmpty() {
                return false;
              }

              @Override
              public Object mostSpecific(String filterName) {
                return limits;
              }

              @Override
              public List<Object> all(String filterName) {
                return List.of(limits);
              }

              @Override
              public @Nullable Boolean disabled(String filterName) {
                return null;
              }
            };
          }

          @Override
          public long idleTimeoutNanos() {
            return -1;
          }

          @Override
          public long maxStreamDurationNanos() {
            return -1;
          }
        };
    return (head, random) -> route;
  }

  @Test
  void aBodyThatAnnouncesTooMuch() throws Exception {
    bed.httpLimits = new HttpLimitsConfig(0, 10);
    bed.open();
    expect(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
        413,
        "413 - request_payload_too_large");
    assertThat(bed.meter("headgate_http_limits.limits.body_too_large_total")).isEqualTo(1);
  }

  @Test
  void aBodyThatGrowsTooLarge() throws Exception {
    bed.httpLimits = new HttpLimitsConfig(0, 10);
    bed.open();
    expect(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "8\r\n01234567\r\n8\r\n01234567\r\n",
        413,
        "413 - request_payload_too_large");
  }

  @Test
  void aBodyOfARouteThatMayBeLarger() throws Exception {
    bed.httpLimits = new HttpLimitsConfig(0, 10);
    bed.routes = route(new HttpLimitsPerRoute(null, 20));
    bed.open();
    try (RawClient client = bed.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n" + "b".repeat(20));
      assertThat(client.read().status()).isEqualTo(200);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\n\r\n" + "b".repeat(21));
      assertThat(client.read().status()).isEqualTo(413);
    }
  }

  @Test
  void moreConnectionsThanAnAddressMayHave() throws Exception {
    client(2, null);
    bed.open();
    try (RawClient one = bed.client();
        RawClient two = bed.client()) {
      assertThat(one.get("/").status()).isEqualTo(200);
      assertThat(two.get("/").status()).isEqualTo(200);
      try (RawClient three = bed.client()) {
        assertThat(three.isClosed()).isTrue();
      }
      assertThat(one.get("/").status()).as("the others go on").isEqualTo(200);
    }
    assertThat(bed.meter("headgate_listener.test.downstream_cx_address_overflow_total"))
        .isEqualTo(1);
    await()
        .untilAsserted(() -> {
          try (RawClient again = bed.client()) {
            assertThat(again.get("/").status()).isEqualTo(200);
          }
        });
  }

  @Test
  void requestsThatComeTooFast() throws Exception {
    client(0, new ClientLimits.Rate(1, Duration.ofHours(1), 3, 2));
    bed.open();
    try (RawClient client = bed.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      RawClient.Message refused = client.get("/");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("connection")).isNull();
      RawClient.Message last = client.get("/");
      assertThat(last.status()).isEqualTo(429);
      assertThat(last.header("connection")).as("it does not listen").isEqualTo("close");
    }
    try (RawClient other = bed.client()) {
      assertThat(other.get("/").status()).as("another connection").isEqualTo(200);
    }
    assertThat(bed.meter("headgate_http.ingress.downstream_rq_too_fast_total")).isEqualTo(2);
    assertThat(bed.meter("headgate_http.ingress.downstream_cx_too_fast_total")).isEqualTo(1);
    await()
        .untilAsserted(
            () -> assertThat(bed.logged()).contains("429 RL headgate_connection_request_rate"));
  }
}
