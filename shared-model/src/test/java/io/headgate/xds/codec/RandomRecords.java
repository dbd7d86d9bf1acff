package io.headgate.xds.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.TerminalFilter;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.bootstrap.OverloadManager;
import io.headgate.xds.model.bootstrap.Reports;
import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.FilterOverride;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtRequirement;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.HttpTelemetry;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.Tracing;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.InternalRedirects;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SessionRules;
import io.headgate.xds.model.tls.SessionTicketKeys;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.ValidationSource;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.CidrRange;
import io.headgate.xds.model.value.Fraction;
import io.headgate.xds.model.value.Value;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes random values of any record of the model by its components, so a component that is added
 * later is covered without a change here. Values that break an invariant are thrown away.
 */
final class RandomRecords {
  static final String JWKS =
      "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"alg\":\"HS256\",\"k\":\"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAxMjM0\"}]}";
  private static final int[] INTS = {
    0, 1, 2, 3, 5, 10, 50, 60, 100, 200, 301, 302, 303, 307, 308, 404, 418, 500, 503, 8080, 65535
  };
  private static final int[] MILLIS = {0, 1, 25, 250, 1_000, 15_000, 60_000, 300_000, 3_600_000};
  private static final List<String> HOSTS =
      List.of("127.0.0.1", "10.1.2.3", "0.0.0.0", "::1", "2001:db8::17");
  private static final int MAX_DEPTH = 11;

  private final Random random;
  private final Map<Class<?>, Supplier<Object>> special = new LinkedHashMap<>();
  private int depth;

  RandomRecords(Random random) {
    this.random = random;
    special.put(Address.class, () -> new Address(pick(HOSTS), random.nextInt(65536)));
    special.put(CidrRange.class, () -> new CidrRange(pick(HOSTS), random.nextInt(33)));
    special.put(
        PathMatch.PathSeparatedPrefix.class, () -> new PathMatch.PathSeparatedPrefix("/" + word()));
    special.put(
        JwtRequirement.Provider.class,
        () -> new JwtRequirement.Provider("p0", listOf(String.class)));
    special.put(JwtRequirement.Named.class, () -> new JwtRequirement.Named("r0"));
    special.put(
        Tracing.Collector.class,
        () -> {
          boolean grpc = random.nextBoolean();
          return new Tracing.Collector(
              word(),
              grpc,
              word(),
              grpc ? "" : "/" + word(),
              Duration.ofMillis(1 + random.nextInt(9000)),
              word());
        });
    special.put(
        AccessLogFilter.Flags.class,
        () -> new AccessLogFilter.Flags(random.nextBoolean() ? Set.of() : Set.of("UH", "DC")));
    special.put(
        AccessLogFilter.GrpcStatus.class,
        () -> new AccessLogFilter.GrpcStatus(Set.of(random.nextInt(17)), random.nextBoolean()));
    special.put(
        AccessLogFilter.Sampled.class,
        () ->
            new AccessLogFilter.Sampled(
                word(), random.nextInt(100), pick(List.of(100, 10_000, 1_000_000)), true));
    special.put(JwtAuthnConfig.class, this::jwtAuthn);
    special.put(JwtProvider.class, this::provider);
    special.put(HttpConnectionManager.class, this::connectionManager);
    special.put(
        FilterOverride.class,
        () -> new FilterOverride(random.nextBoolean() ? null : routeLevel(), random.nextBoolean()));
    special.put(
        FilterConfig.class, () -> random.nextBoolean() ? routeLevel() : make(FilterOverride.class));
    special.put(
        Http2Options.Windows.class,
        () ->
            new Http2Options.Windows(
                65535 + random.nextInt(1 << 20), 65535 + random.nextInt(1 << 20)));
    special.put(Value.Num.class, () -> new Value.Num(random.nextInt(1000) / 8.0));
    special.put(
        RouteAction.Redirect.class,
        () ->
            new RouteAction.Redirect(
                word(),
                word(),
                random.nextInt(65536),
                make(RouteAction.RedirectPath.class),
                pick(List.of(301, 302, 303, 307, 308)),
                random.nextBoolean()));
    special.put(
        RouteAction.DirectResponse.class,
        () -> new RouteAction.DirectResponse(200 + random.nextInt(400), word()));
    special.put(
        JwtAuthnPerRoute.class,
        () ->
            random.nextBoolean()
                ? new JwtAuthnPerRoute(true, "")
                : new JwtAuthnPerRoute(false, word()));
    special.put(
        DataSource.Inline.class,
        () -> {
          byte[] bytes = new byte[80];
          random.nextBytes(bytes);
          return new DataSource.Inline(bytes);
        });
    special.put(
        CertificateValidation.PeerIdentity.class,
        () ->
            new CertificateValidation.PeerIdentity(
                listOf(SanMatcher.class),
                random.nextBoolean() ? List.of() : List.of("ab".repeat(32)),
                random.nextBoolean()
                    ? List.of()
                    : List.of(Base64.getEncoder().encodeToString(new byte[32]))));
    special.put(
        TlsParameters.class,
        () ->
            new TlsParameters(
                TlsParameters.Version.TLS_1_2,
                make(TlsParameters.Version.class),
                List.of("ECDHE-ECDSA-AES128-GCM-SHA256"),
                random.nextBoolean() ? List.of() : List.of("X25519")));
    special.put(
        ClientCertRules.class,
        () ->
            random.nextBoolean()
                ? new ClientCertRules(make(ClientCertRules.Mode.class), Set.of())
                : new ClientCertRules(
                    ClientCertRules.Mode.SANITIZE_SET, Set.of(make(ClientCertRules.Detail.class))));
    special.put(
        SessionRules.class,
        () ->
            new SessionRules(
                random.nextBoolean() ? null : new SecretRef.Own(make(SessionTicketKeys.class)),
                true,
                random.nextBoolean(),
                Duration.ofSeconds(random.nextInt(1000))));
    special.put(
        TlsSettings.class,
        () ->
            new TlsSettings(
                List.of(
                    random.nextBoolean()
                        ? new SecretRef.Own(make(TlsCertificate.class))
                        : random.nextBoolean()
                            ? new SecretRef.InFile(word(), word())
                            : make(SecretRef.FromService.class)),
                random.nextBoolean() ? null : make(ValidationSource.class),
                listOf(String.class),
                make(TlsParameters.class)));
    special.put(
        EndpointSource.UnixSockets.class,
        () -> new EndpointSource.UnixSockets(List.of("/" + word(), "/" + word())));
    special.put(
        UpstreamProxyProtocol.Tlv.class,
        () -> new UpstreamProxyProtocol.Tlv(random.nextInt(256), word().getBytes(UTF_8)));
    special.put(
        FilterChain.class,
        () ->
            new FilterChain(
                word(),
                make(FilterChainMatch.class),
                random.nextBoolean()
                    ? List.of(make(TerminalFilter.class))
                    : List.of(make(ConnectionLimit.class), make(TerminalFilter.class)),
                random.nextBoolean() ? null : make(DownstreamTls.class),
                make(Duration.class)));
    special.put(Bootstrap.class, this::bootstrap);
    special.put(
        Fraction.class,
        () -> new Fraction(random.nextInt(200), pick(List.of(100, 10_000, 1_000_000))));
    special.put(
        LoadBalancing.Policy.Maglev.class,
        () -> new LoadBalancing.Policy.Maglev(pick(List.of(2, 251, 65_537)), random.nextBoolean()));
    special.put(
        LoadBalancing.Policy.RingHash.class,
        () ->
            new LoadBalancing.Policy.RingHash(
                1 + random.nextInt(1024), 1024 + random.nextInt(9_000), random.nextBoolean()));
    special.put(
        InternalRedirects.class,
        () ->
            new InternalRedirects(
                random.nextInt(5),
                Set.copyOf(List.of(pick(List.of(301, 302, 303)), pick(List.of(307, 308)))),
                random.nextBoolean(),
                listOf(String.class).stream().distinct().toList(),
                make(InternalRedirects.Targets.class)));
    special.put(
        LocalReplyRules.Filter.Flags.class,
        () -> new LocalReplyRules.Filter.Flags(Set.of("UH", pick(List.of("UF", "NR", "DC")))));
    special.put(Instant.class, () -> Instant.ofEpochSecond(random.nextInt(1 << 30), 5_000));
    special.put(OverloadManager.class, this::overload);
  }

  <T> T make(Class<T> type) {
    return type.cast(value(type));
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  private FilterConfig routeLevel() {
    return switch (random.nextInt(5)) {
      case 0 -> make(JwtAuthnPerRoute.class);
      case 2 -> make(CorsPerRoute.class);
      case 3 -> make(HeaderRulesPerRoute.class);
      case 1 -> make(HttpLimitsPerRoute.class);
      default -> make(HeaderMutationPerRoute.class);
    };
  }

  private OverloadManager overload() {
    List<OverloadManager.Action> actions = new ArrayList<>();
    for (OverloadManager.ActionKind kind : OverloadManager.ActionKind.values()) {
      if (random.nextBoolean()) {
        actions.add(
            new OverloadManager.Action(
                kind,
                random.nextBoolean()
                    ? List.of(
                        new OverloadManager.Trigger.Threshold("m0", random.nextInt(101) / 100.0))
                    : List.of(
                        new OverloadManager.Trigger.Scaled("m0", 0.5, 0.75),
                        new OverloadManager.Trigger.Threshold("m1", 1)),
                kind == OverloadManager.ActionKind.REDUCE_TIMEOUTS
                    ? List.of(
                        make(OverloadManager.ScaledTimer.class),
                        make(OverloadManager.ScaledTimer.class))
                    : List.of()));
      }
    }
    return new OverloadManager(
        Duration.ofMillis(1 + random.nextInt(5000)),
        List.of(
            new OverloadManager.Monitor("m0", make(OverloadManager.Resource.class)),
            new OverloadManager.Monitor("m1", make(OverloadManager.Resource.class))),
        actions);
  }

  private JwtAuthnConfig jwtAuthn() {
    Map<String, JwtRequirement> requirements = new LinkedHashMap<>();
    JwtRequirement first = make(JwtRequirement.class);
    requirements.put(
        "r0", first instanceof JwtRequirement.Named ? new JwtRequirement.AllowMissing() : first);
    return new JwtAuthnConfig(
        Map.of("p0", make(JwtProvider.class), "p1", make(JwtProvider.class)),
        listOf(io.headgate.xds.model.filter.JwtRule.class),
        requirements,
        random.nextBoolean(),
        random.nextBoolean());
  }

  private JwtProvider provider() {
    return new JwtProvider(
        word(),
        listOf(String.class),
        JWKS,
        make(JwtProvider.TokenSources.class),
        make(JwtProvider.Forwarding.class),
        Duration.ofSeconds(1 + random.nextInt(100)));
  }

  private HttpConnectionManager connectionManager() {
    List<HttpFilter> filters = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      filters.add(
          new HttpFilter(
              word(),
              switch (random.nextInt(3)) {
                case 0 -> make(JwtAuthnConfig.class);
                case 1 -> make(HttpLimitsConfig.class);
                default -> make(HeaderMutationConfig.class);
              },
              random.nextBoolean(),
              random.nextBoolean()));
    }
    filters.add(new HttpFilter(word(), make(RouterConfig.class), false, random.nextBoolean()));
    return new HttpConnectionManager(
        word(),
        make(io.headgate.xds.model.RouteSource.class),
        filters,
        new HttpTelemetry(
            listOf(io.headgate.xds.model.listener.AccessLog.class),
            random.nextBoolean() ? null : make(Tracing.class)),
        make(io.headgate.xds.model.http.HttpTimeouts.class),
        make(io.headgate.xds.model.filter.HttpLimits.class),
        make(io.headgate.xds.model.http.HttpRules.class));
  }

  private Bootstrap bootstrap() {
    Cluster cluster = clear(make(Cluster.class));
    GrpcApi lrs = new GrpcApi(GrpcApi.ApiType.GRPC, List.of(cluster.name()));
    GrpcApi ads = new GrpcApi(pick(List.of(GrpcApi.ApiType.values())), List.of(cluster.name()));
    return new Bootstrap(
        make(Node.class),
        listOf(Listener.class),
        List.of(cluster),
        new DynamicResources(
            Duration.ofSeconds(random.nextInt(20)),
            random.nextBoolean() ? null : Duration.ZERO,
            ads),
        random.nextBoolean() ? null : make(Address.class),
        new Reports(
            random.nextBoolean() ? null : lrs,
            random.nextBoolean()
                ? null
                : new Reports.MetricsSink(cluster.name(), Duration.ofSeconds(7))),
        new Bootstrap.ProcessRules(
            random.nextBoolean() ? null : overload(),
            random.nextBoolean()
                ? Bootstrap.ProcessRules.DEFAULT.runtime()
                : List.of(make(RuntimeLayer.Fixed.class), new RuntimeLayer.Admin("admin"))));
  }

  /** The TLS of a control plane's cluster has rules of its own, which other tests are about. */
  private static Cluster clear(Cluster cluster) {
    ClusterOptions options = cluster.options();
    return new Cluster(
        cluster.name(),
        cluster.endpoints(),
        cluster.loadBalancing(),
        cluster.connectTimeout(),
        cluster.circuitBreakers(),
        cluster.outlierDetection(),
        new ClusterOptions(
            options.http(),
            null,
            options.lrsSelf(),
            options.lrsMetrics(),
            options.perConnectionBufferLimitBytes(),
            options.metadata()));
  }

  private <T> List<T> listOf(Class<T> type) {
    return list(type).stream().map(type::cast).toList();
  }

  private List<Object> list(Type element) {
    List<Object> values = new ArrayList<>();
    for (int i = random.nextInt(depth < 5 ? 3 : depth < MAX_DEPTH ? 2 : 1); i > 0; i--) {
      values.add(value(element));
    }
    return values;
  }

  /** Lists that must not be empty, by record and component, and their exact length. */
  private static final Map<String, Integer> LENGTHS =
      Map.ofEntries(
          Map.entry("Listener.filterChains", 1),
          Map.entry("AnyOf.requirements", 2),
          Map.entry("AllOf.requirements", 2),
          Map.entry("Weighted.clusters", 2),
          Map.entry("VirtualHost.domains", 1),
          Map.entry("GrpcApi.clusterNames", 1),
          Map.entry("SessionTicketKeys.keys", 1),
          Map.entry("RateLimitedBackOff.resetHeaders", 2),
          Map.entry("All.filters", 2),
          Map.entry("Any.filters", 2),
          Map.entry("And.filters", 2),
          Map.entry("Or.filters", 2));

  private List<Object> listOfLength(int length, Type list) {
    Type element = ((ParameterizedType) list).getActualTypeArguments()[0];
    List<Object> values = new ArrayList<>();
    while (values.size() < length) {
      Object value = value(element);
      if (!(value instanceof JwtRequirement.Named)) {
        values.add(value);
      }
    }
    return values;
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return list(arguments[0]);
      }
      if (generic.getRawType() == Set.class) {
        return new HashSet<>(
            list(arguments[0]).stream()
                .map(v -> v instanceof Integer i ? (Object) Math.max(1, i) : v)
                .toList());
      }
      Map<String, Object> map = new LinkedHashMap<>();
      list(arguments[1]).forEach(v -> map.put(word(), v));
      return map;
    }
    Class<?> raw = (Class<?>) type;
    Supplier<Object> maker = special.get(raw);
    if (maker != null) {
      return nested(maker);
    }
    if (raw == String.class) {
      return word();
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return random.nextBoolean();
    }
    if (raw == int.class || raw == Integer.class) {
      return INTS[random.nextInt(INTS.length)];
    }
    if (raw == long.class) {
      return random.nextInt(5) == 0 ? 0xffff_ffffL : (long) INTS[random.nextInt(INTS.length)];
    }
    if (raw == double.class) {
      return random.nextInt(200) / 2.0;
    }
    if (raw == Duration.class) {
      return Duration.ofMillis(MILLIS[random.nextInt(MILLIS.length)]);
    }
    if (raw.isEnum()) {
      return pick(Arrays.asList(raw.getEnumConstants()));
    }
    if (raw.isSealed()) {
      return oneOf(raw);
    }
    return nested(() -> record(raw));
  }

  private Object oneOf(Class<?> sealed) {
    List<Class<?>> choices = new ArrayList<>(List.of(sealed.getPermittedSubclasses()));
    if (depth > MAX_DEPTH) {
      choices.removeIf(c ->
          Arrays.stream(c.getRecordComponents())
              .anyMatch(r -> r.getGenericType().getTypeName().contains(sealed.getName())));
    }
    Collections.shuffle(choices, random);
    return value(choices.getFirst());
  }

  private Object nested(Supplier<Object> maker) {
    depth++;
    IllegalArgumentException last = new IllegalArgumentException();
    try {
      for (int attempt = 0; attempt < 100; attempt++) {
        try {
          return maker.get();
        } catch (IllegalArgumentException e) {
          last = e;
        }
      }
      throw new IllegalStateException("no valid value found", last);
    } finally {
      depth--;
    }
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      AnnotatedType annotated = components[i].getAnnotatedType();
      boolean absent = annotated.isAnnotationPresent(Nullable.class) && random.nextInt(3) == 0;
      Integer length = LENGTHS.get(type.getSimpleName() + "." + components[i].getName());
      arguments[i] =
          absent
              ? null
              : length != null
                  ? listOfLength(length, components[i].getGenericType())
                  : value(components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException invalid) {
        throw invalid;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
