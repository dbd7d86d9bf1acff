package io.headgate.fleet.codec;

import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.CorsRules;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.HeaderHygiene;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.ReferenceGrant;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
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

/** Draws valid fleet objects. */
final class FleetObjects {
  static final String JWKS =
      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\","
          + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
          + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";

  private final Random random;

  FleetObjects(long seed) {
    this.random = new Random(seed);
  }

  FleetObject object(Kind kind) {
    return switch (kind) {
      case GATEWAY_CLASS ->
          new GatewayClass(
              meta("default", name()), GatewayClass.CONTROLLER, maybe(() -> "text: \"é\"\n#"));
      case GATEWAY ->
          new Gateway(
              meta(),
              name(),
              list(1, 4, i -> i % 2 == 0 ? http(i) : https(i)),
              maybe(() -> new ObjectKey(Kind.SECRET, name(), "client")));
      case HTTP_ROUTE -> route();
      case GRPC_ROUTE -> grpc();
      case TLS_ROUTE, TCP_ROUTE ->
          new ConnectionRoute(
              meta(),
              kind,
              List.of(
                  new HttpRoute.ParentRef(
                      new ObjectKey(Kind.GATEWAY, name(), name()), maybe(() -> "tls"), null)),
              kind == Kind.TLS_ROUTE ? List.of("a.example.com", "*.b.org") : List.of(),
              random.nextBoolean() ? "one" : "",
              list(0, 2, n -> new HttpRoute.BackendRef(backend(), n, List.of())));
      case REFERENCE_GRANT -> grant();
      case SERVICE ->
          new Service(
              meta(), list(1, 3, i -> new Service.Port("p" + i, 80 + i, maybe(() -> 8080))));
      case CLIENT_TRAFFIC_POLICY -> new PolicyObjects(random).client(meta());
      case BACKEND_TRAFFIC_POLICY -> new PolicyObjects(random).backend(meta());
      case SECURITY_POLICY -> security();
      case BACKEND_TLS_POLICY -> new TlsObjects(random).backend(meta());
      case SECRET ->
          new Secret(
              meta(),
              Secret.Type.OPAQUE,
              Map.of("key", SecretBytes.of(bytes()), "a.b", SecretBytes.of("text")));
      case CONFIG_MAP ->
          new ConfigMap(
              meta(), random.nextBoolean() ? Map.of() : Map.of("ca.crt", "x\n", "a", "\u00e9: {"));
      case OVERRIDE ->
          new HostOverride(
              meta(name(), name() + "/" + "10.0.0.1:80"),
              maybe(() -> random.nextInt(100) / 4.0),
              true,
              random.nextBoolean(),
              "because: it's slow");
      case HOST -> throw new IllegalArgumentException("a host is no object");
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> List<T> list(int min, int max, IntFunction<T> item) {
    List<T> out = new ArrayList<>();
    int size = min + random.nextInt(max - min + 1);
    for (int i = 0; i < size; i++) {
      out.add(item.apply(i));
    }
    return out;
  }

  private String name() {
    return List.of("a", "cart", "web-1", "0x1f", "true", "1e3").get(random.nextInt(6));
  }

  private ObjectMeta meta() {
    return meta(name(), name());
  }

  private ObjectMeta meta(String namespace, String name) {
    return new ObjectMeta(
        name,
        namespace,
        random.nextBoolean() ? Map.of("team", "1.10", "example.com/x", "") : Map.of(),
        random.nextBoolean() ? Map.of("note", "- a: \"b\"\n\ttab \u0001 \uD83D\uDE00") : Map.of(),
        maybe(() -> "ops team"),
        maybe(() -> Instant.ofEpochSecond(random.nextInt())));
  }

  private Duration duration() {
    return Duration.ofMillis(1 + random.nextInt(100_000_000));
  }

  private Duration orZero() {
    return random.nextInt(4) == 0 ? Duration.ZERO : duration();
  }

  private Gateway.Listener http(int i) {
    return new Gateway.Listener(
        "l" + i, maybe(() -> "*.example.com"), 80 + i, Gateway.Protocol.HTTP, List.of(), allowed());
  }

  private Gateway.Listener https(int i) {
    return new Gateway.Listener(
        "l" + i,
        maybe(() -> "shop.example.com"),
        80 + i,
        Gateway.Protocol.HTTPS,
        list(1, 2, n -> new ObjectKey(Kind.SECRET, name(), "cert" + n)),
        AllowedRoutes.SAME_NAMESPACE);
  }

  private HttpRoute route() {
    return new HttpRoute(
        meta(),
        // Two equal references are refused.
        list(
                1,
                2,
                i ->
                    new HttpRoute.ParentRef(
                        new ObjectKey(Kind.GATEWAY, name(), name()),
                        maybe(() -> "http"),
                        maybe(() -> 80)))
            .stream()
            .distinct()
            .toList(),
        random.nextBoolean() ? List.of("a.example.com", "*.example.com") : List.of(),
        list(1, 4, i -> random.nextInt(4) == 0 ? redirect(i) : rule(i)));
  }

  private HttpRoute.Rule redirect(int i) {
    return new HttpRoute.Rule(
        "r" + i,
        List.of(
            new RouteMatch(new RouteMatch.PathMatch.Prefix("/old"), List.of(), List.of(), null)),
        List.of(
            new HttpFilter.Redirect(
                maybe(() -> "https"),
                maybe(() -> "b.example.com"),
                maybe(() ->
                    random.nextBoolean()
                        ? new HttpFilter.PathEdit.Full("/new")
                        : new HttpFilter.PathEdit.Prefix("/new")),
                maybe(() -> 8443),
                308)),
        List.of(),
        HttpRoute.Timeouts.NONE,
        null);
  }

  private HttpRoute.Rule rule(int i) {
    HttpFilter.HeaderEdit edit =
        new HttpFilter.HeaderEdit(
            List.of(new HttpFilter.Header("x-a", "1")),
            list(0, 2, n -> new HttpFilter.Header("x-b" + n, "two: \"2\"")),
            list(0, 2, n -> "x-c" + n));
    List<HttpFilter> filters = new ArrayList<>();
    if (random.nextBoolean()) {
      filters.add(new HttpFilter.RequestHeaders(edit));
    }
    if (random.nextBoolean()) {
      filters.add(new HttpFilter.ResponseHeaders(edit));
    }
    if (random.nextBoolean()) {
      filters.add(
          new HttpFilter.Rewrite(
              "in.example.com", maybe(() -> new HttpFilter.PathEdit.Full("/x"))));
    }
    if (random.nextBoolean()) {
      filters.add(new HttpFilter.Mirror(backend(), random.nextInt(7), 1 + random.nextInt(7) + 6));
      filters.add(new HttpFilter.Mirror(backend(), 100, 100));
    }
    if (random.nextBoolean()) {
      filters.add(new HttpFilter.Cors(cors()));
    }
    Duration whole = maybe(this::orZero);
    return new HttpRoute.Rule(
        random.nextBoolean() ? "r" + i : null,
        list(1, 3, n -> match()),
        filters,
        list(
            0,
            3,
            n ->
                new HttpRoute.BackendRef(
                    backend(),
                    random.nextInt(1_000_001),
                    random.nextBoolean()
                        ? List.of(new HttpFilter.RequestHeaders(edit))
                        : List.of())),
        new HttpRoute.Timeouts(whole, whole),
        maybe(() ->
            new HttpRoute.RouteRetry(
                list(0, 2, n -> 500 + n), random.nextInt(4), maybe(this::duration))));
  }

  private HttpRoute.Backend backend() {
    boolean service = random.nextInt(4) > 0;
    return new HttpRoute.Backend(
        new ObjectKey(Kind.SERVICE, name(), name()),
        service || random.nextBoolean() ? 80 : 0,
        service ? null : random.nextBoolean() ? "example.com/Pool" : "/Bucket");
  }

  private CorsRules cors() {
    return new CorsRules(
        random.nextBoolean() ? List.of("*") : List.of("https://*.example.com", "http://a.org:81"),
        random.nextBoolean(),
        list(0, 2, n -> List.of("GET", "PUT", "POST").get(n)),
        list(0, 2, n -> "X-H" + n),
        list(0, 2, n -> "X-E" + n),
        maybe(() -> 60));
  }

  private AllowedRoutes allowed() {
    return switch (random.nextInt(3)) {
      case 0 -> AllowedRoutes.SAME_NAMESPACE;
      case 1 ->
          new AllowedRoutes(
              AllowedRoutes.From.ALL,
              null,
              List.of(
                  new AllowedRoutes.RouteKind("gateway.networking.k8s.io", "GRPCRoute"),
                  new AllowedRoutes.RouteKind("example.com", "Other")));
      default ->
          new AllowedRoutes(
              AllowedRoutes.From.SELECTOR,
              new AllowedRoutes.Selector(
                  random.nextBoolean() ? Map.of(AllowedRoutes.Selector.NAME, name()) : Map.of(),
                  list(
                      0,
                      2,
                      n ->
                          n == 0
                              ? new AllowedRoutes.Requirement(
                                  AllowedRoutes.Selector.NAME,
                                  AllowedRoutes.Operator.NOT_IN,
                                  Set.of("a", "b"))
                              : new AllowedRoutes.Requirement(
                                  AllowedRoutes.Selector.NAME,
                                  AllowedRoutes.Operator.EXISTS,
                                  Set.of()))),
              List.of());
    };
  }

  private GrpcRoute grpc() {
    HttpFilter.HeaderEdit edit =
        new HttpFilter.HeaderEdit(List.of(new HttpFilter.Header("x-a", "1")), List.of(), List.of());
    return new GrpcRoute(
        meta(),
        List.of(
            new HttpRoute.ParentRef(
                new ObjectKey(Kind.GATEWAY, name(), name()), maybe(() -> "h"), null)),
        random.nextBoolean() ? List.of("grpc.example.com") : List.of(),
        list(
            1,
            3,
            i ->
                new HttpRoute.Rule(
                    maybe(() -> "r" + i),
                    list(
                        1,
                        2,
                        n ->
                            new RouteMatch(
                                rpc(),
                                list(
                                    0,
                                    1,
                                    h ->
                                        new RouteMatch.ValueMatch(
                                            "x-" + h, "v", random.nextBoolean())),
                                List.of(),
                                null)),
                    random.nextBoolean()
                        ? List.of(
                            new HttpFilter.ResponseHeaders(edit),
                            new HttpFilter.Mirror(backend(), 1, 3))
                        : List.of(),
                    list(
                        0,
                        2,
                        n -> new HttpRoute.BackendRef(backend(), random.nextInt(9), List.of())),
                    HttpRoute.Timeouts.NONE,
                    null)));
  }

  private RouteMatch.PathMatch.Rpc rpc() {
    return switch (random.nextInt(4)) {
      case 0 -> RouteMatch.PathMatch.Rpc.ANY;
      case 1 -> new RouteMatch.PathMatch.Rpc("a.b.Service", "Call", false);
      case 2 -> new RouteMatch.PathMatch.Rpc("", "Call", false);
      default -> new RouteMatch.PathMatch.Rpc("a\\..*", "", true);
    };
  }

  private ReferenceGrant grant() {
    return new ReferenceGrant(
        meta(),
        list(1, 2, i -> new ReferenceGrant.From("gateway.networking.k8s.io", "HTTPRoute", "n" + i)),
        list(1, 2, i -> new ReferenceGrant.To("", "Service", maybe(() -> "s" + i))));
  }

  private RouteMatch match() {
    RouteMatch.PathMatch path =
        switch (random.nextInt(3)) {
          case 0 -> new RouteMatch.PathMatch.Exact("/a%20b");
          case 1 -> new RouteMatch.PathMatch.Prefix("/");
          default -> new RouteMatch.PathMatch.Regex("/[a-z]+(\\d|é)?");
        };
    return new RouteMatch(
        path,
        list(0, 2, n -> new RouteMatch.ValueMatch("x-" + n, "v", random.nextBoolean())),
        list(0, 2, n -> new RouteMatch.ValueMatch("Q" + n, "1", random.nextBoolean())),
        maybe(() -> "GET"));
  }

  private SecurityPolicy security() {
    return new SecurityPolicy(
        meta(),
        List.of(new TargetRef(new ObjectKey(Kind.HTTP_ROUTE, "x", "cart"), maybe(() -> "api"))),
        maybe(() ->
            new SecurityPolicy.Jwt(
                random.nextBoolean(),
                list(
                    1,
                    2,
                    i ->
                        new SecurityPolicy.Provider(
                            "p" + i,
                            maybe(() -> "https://issuer.example.com"),
                            list(0, 2, n -> "aud" + n),
                            JWKS,
                            list(0, 2, n -> new SecurityPolicy.TokenHeader("x-t" + n, "")),
                            random.nextBoolean())))),
        maybe(this::cors),
        random.nextBoolean()
            ? HeaderHygiene.NONE
            : new HeaderHygiene(
                maybe(() -> List.of("accept", "x-shop-*")),
                list(0, 2, n -> "x-powered-by" + n),
                list(0, 2, n -> "sid" + n),
                list(
                    0,
                    2,
                    n ->
                        n == 0
                            ? new HeaderHygiene.Added("x-frame-options", "DENY", false)
                            : new HeaderHygiene.Added(
                                "content-security-policy", "default-src 'self'", true))));
  }

  /** Policies refer to objects of their own namespace. */
  static FleetObject inOwnNamespace(FleetObject object) {
    return switch (object) {
      case ClientTrafficPolicy p ->
          new ClientTrafficPolicy(
              p.metadata(), moved(p.targets(), p), p.profile(), p.settings(), p.tls());
      case BackendTrafficPolicy p ->
          new BackendTrafficPolicy(p.metadata(), moved(p.targets(), p), p.settings());
      case SecurityPolicy p ->
          new SecurityPolicy(p.metadata(), moved(p.targets(), p), p.jwt(), p.cors(), p.headers());
      case BackendTlsPolicy p ->
          new BackendTlsPolicy(
              p.metadata(),
              moved(p.targets(), p),
              p.trust(),
              p.hostname(),
              p.names(),
              p.clientCertificate() == null
                  ? null
                  : new ObjectKey(Kind.SECRET, p.metadata().namespace(), "client"));
      default -> object;
    };
  }

  private static List<TargetRef> moved(List<TargetRef> targets, FleetObject policy) {
    return targets.stream()
        .map(t ->
            new TargetRef(
                new ObjectKey(t.object().kind(), policy.metadata().namespace(), t.object().name()),
                t.section()))
        .toList();
  }
}
