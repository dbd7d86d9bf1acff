package io.headgate.fleet.codec;

import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.Http1Settings;
import io.headgate.fleet.Http2Settings;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.ProxyProtocol;
import io.headgate.fleet.Retries;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Draws valid policies for clients and backends. */
final class PolicyObjects {
  private final Random random;

  PolicyObjects(Random random) {
    this.random = random;
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <E> @Nullable E one(E[] all) {
    return maybe(() -> all[random.nextInt(all.length)]);
  }

  private @Nullable Integer number(int min) {
    return maybe(() -> min + random.nextInt(1000));
  }

  private @Nullable Boolean flag() {
    return maybe(random::nextBoolean);
  }

  private <T> List<T> list(int max, IntFunction<T> item) {
    List<T> out = new ArrayList<>();
    int size = random.nextInt(max + 1);
    for (int i = 0; i < size; i++) {
      out.add(item.apply(i));
    }
    return out;
  }

  private Duration duration() {
    return Duration.ofMillis(1 + random.nextInt(100_000_000));
  }

  private @Nullable Duration orZero() {
    return maybe(() -> random.nextInt(4) == 0 ? Duration.ZERO : duration());
  }

  private TargetRef route(int i) {
    return new TargetRef(new ObjectKey(Kind.HTTP_ROUTE, "x", "r" + i), maybe(() -> "rule-" + i));
  }

  ClientTrafficPolicy client(ObjectMeta meta) {
    return new ClientTrafficPolicy(
        meta,
        List.of(new TargetRef(new ObjectKey(Kind.GATEWAY, "x", "edge"), maybe(() -> "http"))),
        one(ClientTrafficPolicy.Profile.values()),
        new ClientSettings(
            new ClientSettings.Timeouts(
                orZero(), orZero(), orZero(), orZero(), orZero(), orZero(), orZero()),
            connections(),
            limits(),
            new ClientSettings.Protocols(
                http1(true),
                http2(),
                maybe(() -> Map.of("websocket", random.nextBoolean(), "connect", true))),
            headers(),
            new ClientSettings.Addresses(
                number(0) == null ? null : 3,
                flag(),
                list(2, i -> i == 0 ? "10.0.0.0/8" : "fd00::/8")),
            new ClientTelemetry(list(2, this::accessLog), maybe(() -> tracing(meta)))),
        new TlsObjects(random).client());
  }

  private ClientTelemetry.Tracing tracing(ObjectMeta meta) {
    return new ClientTelemetry.Tracing(
        new ClientTelemetry.Collector(meta.namespace(), "otel", 4317, random.nextBoolean()),
        maybe(() -> "shop"),
        maybe(() -> 2.5),
        maybe(() -> 0.0),
        Map.of("team", "blue"),
        Map.of("agent", "x-agent"));
  }

  private ClientTelemetry.AccessLog accessLog(int i) {
    return new ClientTelemetry.AccessLog(
        random.nextBoolean()
            ? new ClientTelemetry.Sink.Stdout()
            : new ClientTelemetry.Sink.File("/var/log/a.log"),
        new ClientTelemetry.Line(
            i == 0 ? "%REQ(:PATH)%\n" : null,
            i == 0 ? Map.of() : Map.of("path", "%REQ(:PATH)%", "b", "x"),
            random.nextBoolean()),
        random.nextBoolean()
            ? ClientTelemetry.LogFilter.NONE
            : new ClientTelemetry.LogFilter(
                List.of(
                    new ClientTelemetry.StatusRange(404, 404),
                    new ClientTelemetry.StatusRange(500, 599),
                    new ClientTelemetry.StatusRange(400, 428)),
                duration(),
                List.of("UH", "UF"),
                List.of(0, 14),
                12.5,
                List.of(new RouteMatch.ValueMatch("x-a", "b", random.nextBoolean()))));
  }

  private ClientSettings.Connections connections() {
    return new ClientSettings.Connections(
        orZero(),
        flag(),
        number(1),
        number(1),
        maybe(() ->
            new ClientSettings.RequestRate(
                1 + random.nextInt(9), duration(), 1 + random.nextInt(9), random.nextInt(2))),
        maybe(() -> 4096 + random.nextInt(100_000)),
        maybe(() ->
            new ProxyProtocol(
                random.nextBoolean(),
                random.nextBoolean()
                    ? Set.of(ProxyProtocol.Version.V2)
                    : Set.of(ProxyProtocol.Version.values()))));
  }

  private ClientSettings.RequestLimits limits() {
    return new ClientSettings.RequestLimits(
        maybe(() -> 60),
        number(1),
        maybe(() -> 1 + random.nextInt(8192)),
        list(
            2,
            i ->
                new ClientSettings.UrlException(
                    route(i), 1024, "team " + i, Instant.ofEpochSecond(random.nextInt()))),
        maybe(() -> 1 + (random.nextLong() >>> 14)),
        list(2, i -> new ClientSettings.RouteBody(route(i), 1024L << random.nextInt(30))));
  }

  private ClientSettings.HeaderRules headers() {
    return new ClientSettings.HeaderRules(
        one(ClientSettings.Underscores.values()),
        one(ClientSettings.RequestId.values()),
        flag(),
        flag(),
        maybe(() -> "edge"),
        maybe(() ->
            new ClientSettings.ServerHeader(
                maybe(() -> "shop"), ClientSettings.ServerAction.APPEND_IF_ABSENT)),
        new ClientSettings.PathRules(
            one(ClientSettings.EscapedSlashes.values()),
            flag(),
            flag(),
            one(ClientSettings.StripPort.values()),
            flag()));
  }

  private @Nullable Http1Settings http1(boolean client) {
    return maybe(() ->
        new Http1Settings(
            true,
            one(Http1Settings.HeaderCase.values()),
            client,
            client ? maybe(() -> "shop.example.com") : null));
  }

  private @Nullable Http2Settings http2() {
    return maybe(() ->
        new Http2Settings(
            new Http2Settings.Windows(maybe(() -> 65_535), maybe(() -> 1 << 20)),
            1 + random.nextInt(100),
            maybe(() -> 4096),
            flag(),
            flag(),
            maybe(() ->
                new Http2Settings.Keepalive(
                    duration(), duration(), maybe(this::duration), maybe(() -> 20))),
            new Http2Settings.Floods(number(1), number(1), number(0), number(0), number(1))));
  }

  BackendTrafficPolicy backend(ObjectMeta meta) {
    Duration base = duration();
    return new BackendTrafficPolicy(
        meta,
        List.of(new TargetRef(new ObjectKey(Kind.SERVICE, "x", "cart"), maybe(() -> "http"))),
        new BackendSettings(
            maybe(() ->
                random.nextBoolean()
                    ? new BackendSettings.LoadBalancing.RoundRobin()
                    : new BackendSettings.LoadBalancing.LeastRequest(3)),
            maybe(this::breakers),
            new BackendSettings.Health(
                maybe(() ->
                    new BackendSettings.Ejection(
                        number(0),
                        number(0),
                        number(0),
                        maybe(this::duration),
                        base,
                        base,
                        maybe(() -> 100))),
                maybe(() -> random.nextInt(101))),
            maybe(this::retries),
            new BackendSettings.Timeouts(
                maybe(this::duration),
                orZero(),
                orZero(),
                orZero(),
                orZero(),
                orZero(),
                maybe(() -> new BackendSettings.GrpcTimeout(Duration.ZERO, maybe(this::duration)))),
            new BackendSettings.Connections(
                number(1),
                maybe(() -> 4096 + random.nextInt(9999)),
                http1(false),
                http2(),
                flag(),
                one(ProxyProtocol.Version.values())),
            flag()));
  }

  private BackendSettings.CircuitBreakers breakers() {
    boolean budget = random.nextBoolean();
    return new BackendSettings.CircuitBreakers(
        new BackendSettings.Bounds(
            1 + random.nextInt(9), number(0), number(1), budget ? null : number(0)),
        new BackendSettings.Bounds(number(1), number(0), number(1), number(0)),
        number(1),
        budget ? new BackendSettings.Budget(12.5, 4) : null,
        flag());
  }

  private Retries retries() {
    Duration base = duration();
    return new Retries(
        random.nextInt(5),
        random.nextBoolean()
            ? Retries.On.DEFAULT
            : new Retries.On(
                List.of("5xx", "retriable-status-codes", "retriable-headers"),
                List.of(429),
                List.of(new RouteMatch.ValueMatch("x-retry", "yes", random.nextBoolean())),
                list(1, i -> new RouteMatch.ValueMatch("x-a", "b", false))),
        new Retries.PerTry(
            maybe(this::duration),
            maybe(this::duration),
            maybe(() -> new Retries.BackOff(base, base.multipliedBy(2)))),
        flag(),
        maybe(() -> 1 + random.nextInt(100)),
        maybe(() ->
            new Retries.RateLimited(
                List.of(new Retries.ResetHeader("retry-after", random.nextBoolean())), base)),
        random.nextBoolean());
  }
}
