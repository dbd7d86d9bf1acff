package io.headgate.xds.codec;

import static io.headgate.xds.codec.Envoys.violations;
import static io.headgate.xds.codec.message.DecodeOptions.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.headgate.xds.codec.cluster.UpstreamHttpDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.message.Violation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
  private static final String MANAGER = "filter_chains[0].filters[0].typed_config";

  private static List<String> paths(Decoded<?> decoded) {
    return violations(decoded).stream().map(Violation::path).toList();
  }

  private static Decoded<?> listener(HttpConnectionManager.Builder manager) {
    return ResourceDecoder.listener(Envoys.listener(manager.build()).build(), STRICT);
  }

  private static Decoded<?> cluster(Cluster.Builder cluster) {
    return ResourceDecoder.cluster(cluster.build(), STRICT);
  }

  @Test
  void smallHandWrittenConfigIsTaken() {
    assertThat(violations(listener(Envoys.manager()))).isEmpty();
    assertThat(violations(cluster(Envoys.cluster("backend")))).isEmpty();
  }

  @Test
  void unknownExtensionsAreNamedByTheirType() {
    Decoded<?> network =
        ResourceDecoder.listener(Envoys.listener(Echo.getDefaultInstance()).build(), STRICT);
    assertThat(violations(network))
        .anySatisfy(v -> {
          assertThat(v.path()).isEqualTo(MANAGER);
          assertThat(v.value()).endsWith("echo.v3.Echo");
        });
    HttpFilter unknown =
        HttpFilter.newBuilder()
            .setName("lua")
            .setTypedConfig(Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Lua"))
            .build();
    Decoded<?> http = listener(Envoys.manager().addHttpFilters(0, unknown));
    assertThat(paths(http)).containsExactly(MANAGER + ".http_filters[0].typed_config");
    Decoded<?> lenient =
        ResourceDecoder.listener(
            Envoys.listener(Envoys.manager().addHttpFilters(0, unknown).build()).build(),
            DecodeOptions.ignoringUnknownFields(true));
    assertThat(paths(lenient)).containsExactly(MANAGER + ".http_filters[0].typed_config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding", "content-length", "connection", "upgrade"})
  void noConfigurationAddsAFieldOfTheFraming(String name) {
    HeaderValueOption addition =
        HeaderValueOption.newBuilder()
            .setHeader(HeaderValue.newBuilder().setKey(name).setValue("1"))
            .build();
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(Envoys.route())
                        .addRequestHeadersToAdd(addition)
                        .addResponseHeadersToAdd(addition)
                        .build(),
                    STRICT)))
        .containsExactly(
            "request_headers_to_add[0].header.key", "response_headers_to_add[0].header.key");
  }

  @Test
  void unimplementedFieldsAreNamedByTheirPath() {
    assertThat(
            paths(listener(Envoys.manager().setRepresentIpv4RemoteAddressAsIpv4MappedIpv6(true))))
        .containsExactly(MANAGER + ".represent_ipv4_remote_address_as_ipv4_mapped_ipv6");
    assertThat(
            paths(
                listener(
                    Envoys.manager()
                        .setHttp2ProtocolOptions(
                            Http2ProtocolOptions.newBuilder().setAllowMetadata(true)))))
        .containsExactly(MANAGER + ".http2_protocol_options.allow_metadata");
    assertThat(
            paths(listener(Envoys.manager().setCodecType(HttpConnectionManager.CodecType.HTTP3))))
        .containsExactly(MANAGER + ".codec_type");
    assertThat(
            paths(
                ResourceDecoder.listener(
                    Envoys.listener(Envoys.manager().build())
                        .setTransparent(BoolValue.of(true))
                        .setTcpFastOpenQueueLength(UInt32Value.of(5))
                        .build(),
                    STRICT)))
        .containsExactlyInAnyOrder("transparent", "tcp_fast_open_queue_length");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(
                            Envoys.route()
                                .setRoute(RouteAction.newBuilder().setClusterSpecifierPlugin("p")))
                        .build(),
                    STRICT)))
        .containsExactly("virtual_hosts[0].routes[0].route.cluster_specifier_plugin");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(
                            Envoys.route()
                                .setMatch(
                                    RouteMatch.newBuilder()
                                        .setPrefix("/")
                                        .setTlsContext(
                                            RouteMatch.TlsContextMatchOptions
                                                .getDefaultInstance())))
                        .build(),
                    STRICT)))
        .containsExactly("virtual_hosts[0].routes[0].match.tls_context");
    ClusterLoadAssignment.Builder endpoints = Envoys.cluster("c").getLoadAssignmentBuilder();
    endpoints.getPolicyBuilder().setOverprovisioningFactor(UInt32Value.of(120));
    assertThat(paths(ResourceDecoder.clusterLoadAssignment(endpoints.build(), STRICT)))
        .containsExactly("policy.overprovisioning_factor");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cluster.DiscoveryType.class,
      names = {"STRICT_DNS", "LOGICAL_DNS", "ORIGINAL_DST"})
  void otherDiscoveryIsRefusedByName(Cluster.DiscoveryType type) {
    assertThat(violations(cluster(Envoys.cluster("c").setType(type))))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains(type.name()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Cluster.LbPolicy.class,
      names = {"RANDOM", "CLUSTER_PROVIDED"})
  void otherPoliciesAreRefusedByName(Cluster.LbPolicy policy) {
    assertThat(violations(cluster(Envoys.cluster("c").setLbPolicy(policy))))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains(policy.name()));
  }

  @Test
  void statisticalEjectionAndActiveChecksAreRefused() {
    assertThat(
            paths(
                cluster(
                    Envoys.cluster("c")
                        .setOutlierDetection(
                            OutlierDetection.newBuilder()
                                .setEnforcingSuccessRate(UInt32Value.of(50))
                                .setSuccessRateMinimumHosts(UInt32Value.of(3))))))
        .containsExactlyInAnyOrder(
            "outlier_detection.enforcing_success_rate",
            "outlier_detection.success_rate_minimum_hosts");
    assertThat(
            paths(cluster(Envoys.cluster("c").addHealthChecks(HealthCheck.getDefaultInstance()))))
        .contains("health_checks");
  }

  @Test
  void secretsByNameAreNoUseForTheControlPlanesClusters() {
    UpstreamTlsContext.Builder tls = UpstreamTlsContext.newBuilder().setSni("cp");
    assertThat(paths(cluster(secured(tls)))).isEmpty();
    tls.getCommonTlsContextBuilder().addTlsCertificateSdsSecretConfigsBuilder().setName("own");
    assertThat(paths(cluster(secured(tls)))).isEmpty();
    assertThat(
            paths(
                ResourceDecoder.cluster(
                    secured(tls).build(), new DecodeOptions(false, Set.of("cp")))))
        .containsExactly("transport_socket");
  }

  private static Cluster.Builder secured(UpstreamTlsContext.Builder tls) {
    return Envoys.cluster("cp")
        .setTransportSocket(
            TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(tls.build())));
  }

  @Test
  void unknownFieldsAreRefusedUnlessAllowed() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(5000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    HttpConnectionManager manager =
        Envoys.manager()
            .setUnknownFields(unknown)
            .setRouteConfig(Envoys.table(Envoys.route().setUnknownFields(unknown)))
            .build();
    Listener listener = Envoys.listener(manager).build();
    assertThat(paths(ResourceDecoder.listener(listener, STRICT)))
        .containsExactlyInAnyOrder(MANAGER, MANAGER + ".route_config.virtual_hosts[0].routes[0]");
    assertThat(paths(ResourceDecoder.listener(listener, DecodeOptions.ignoringUnknownFields(true))))
        .isEmpty();
  }

  @Test
  void rulesOfTheProtosHold() {
    assertThat(paths(listener(Envoys.manager().setStatPrefix(""))))
        .contains(MANAGER + ".stat_prefix");
    assertThat(paths(listener(Envoys.manager().setMaxRequestHeadersKb(UInt32Value.of(9000)))))
        .contains(MANAGER + ".max_request_headers_kb");
    assertThat(paths(cluster(Envoys.cluster("c").setConnectTimeout(Duration.getDefaultInstance()))))
        .contains("connect_timeout");
    assertThat(paths(cluster(Envoys.cluster("c").setLbPolicyValue(99)))).contains("lb_policy");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(Envoys.route().clearMatch()).build(), STRICT)))
        .contains("virtual_hosts[0].routes[0].match");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(Envoys.route().clearRoute()).build(), STRICT)))
        .contains("virtual_hosts[0].routes[0].action");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(
                            Envoys.route()
                                .setMatch(
                                    RouteMatch.newBuilder()
                                        .setPrefix("/")
                                        .addHeaders(HeaderMatcher.newBuilder().setName(""))))
                        .build(),
                    STRICT)))
        .contains("virtual_hosts[0].routes[0].match.headers[0].name");
  }

  @Test
  void namesAreNoAddresses() {
    Cluster.Builder cluster = Envoys.cluster("c");
    cluster
        .getLoadAssignmentBuilder()
        .getEndpointsBuilder(0)
        .getLbEndpointsBuilder(0)
        .getEndpointBuilder()
        .setAddress(Envoys.address("backend.local", 80));
    assertThat(paths(cluster(cluster)))
        .containsExactly(
            "load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address");
  }

  @Test
  void expressionsAndKeySetsAreChecked() {
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(
                            Envoys.route()
                                .setMatch(
                                    RouteMatch.newBuilder()
                                        .setSafeRegex(RegexMatcher.newBuilder().setRegex("(a"))))
                        .build(),
                    STRICT)))
        .containsExactly("virtual_hosts[0].routes[0].match.safe_regex.regex");
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(
                            Envoys.route()
                                .setRoute(
                                    RouteAction.newBuilder()
                                        .setCluster("c")
                                        .setRetryPolicy(
                                            RetryPolicy.newBuilder().setRetryOn("5xx,on-monday"))))
                        .build(),
                    STRICT)))
        .containsExactly("virtual_hosts[0].routes[0].route.retry_policy.retry_on");
    JwtProvider.Builder provider = JwtProvider.newBuilder();
    provider.getLocalJwksBuilder().setInlineString("{\"keys\":1}");
    JwtAuthentication jwt =
        JwtAuthentication.newBuilder().putProviders("p", provider.build()).build();
    HttpFilter filter =
        HttpFilter.newBuilder().setName("jwt").setTypedConfig(Any.pack(jwt)).build();
    List<Violation> found = violations(listener(Envoys.manager().addHttpFilters(0, filter)));
    assertThat(found)
        .singleElement()
        .satisfies(v -> {
          assertThat(v.path())
              .isEqualTo(
                  MANAGER
                      + ".http_filters[0].typed_config.providers[\"p\"].local_jwks.inline_string");
          assertThat(v.value()).isEqualTo("[hidden]");
        });
  }

  @Test
  void whatTheUpstreamSideLacksIsNamed() {
    RetryPolicy.Builder retries =
        RetryPolicy.newBuilder()
            .setRetryOn("5xx,http3-post-connect-failure")
            .setRetryPriority(RetryPolicy.RetryPriority.newBuilder().setName("p"));
    RouteAction.Builder route =
        RouteAction.newBuilder()
            .setCluster("c")
            .setRetryPolicy(retries)
            .setHedgePolicy(HedgePolicy.newBuilder().setHedgeOnPerTryTimeout(true));
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(Envoys.route().setRoute(route)).build(), STRICT)))
        .containsExactlyInAnyOrder(
            "virtual_hosts[0].routes[0].route.retry_policy.retry_on",
            "virtual_hosts[0].routes[0].route.retry_policy.retry_priority",
            "virtual_hosts[0].routes[0].route.hedge_policy");
    CircuitBreakers.Builder breakers = CircuitBreakers.newBuilder();
    breakers
        .addPerHostThresholdsBuilder()
        .setMaxConnections(UInt32Value.of(5))
        .setMaxRequests(UInt32Value.of(5));
    breakers.addThresholdsBuilder().setMaxConnectionPools(UInt32Value.of(1));
    assertThat(paths(cluster(Envoys.cluster("backend").setCircuitBreakers(breakers))))
        .containsExactlyInAnyOrder(
            "circuit_breakers.per_host_thresholds[0].max_requests",
            "circuit_breakers.thresholds[0].max_connection_pools");
    assertThat(
            paths(
                protocol(
                    HttpProtocolOptions.newBuilder()
                        .setAutoConfig(HttpProtocolOptions.AutoHttpConfig.getDefaultInstance()))))
        .containsExactly(PROTOCOL + ".auto_config");
    assertThat(
            paths(
                protocol(
                    HttpProtocolOptions.newBuilder()
                        .setUseDownstreamProtocolConfig(
                            HttpProtocolOptions.UseDownstreamHttpConfig.getDefaultInstance()))))
        .containsExactly(PROTOCOL + ".use_downstream_protocol_config");
  }

  private static final String PROTOCOL =
      "typed_extension_protocol_options[\"" + UpstreamHttpDecoder.KEY + "\"]";

  private static Decoded<?> protocol(HttpProtocolOptions.Builder options) {
    return cluster(
        Envoys.cluster("backend")
            .putTypedExtensionProtocolOptions(UpstreamHttpDecoder.KEY, Any.pack(options.build())));
  }

  @Test
  void allViolationsComeAtOnce() {
    HttpConnectionManager.Builder manager =
        Envoys.manager()
            .setRepresentIpv4RemoteAddressAsIpv4MappedIpv6(true)
            .setMaxRequestHeadersKb(UInt32Value.of(0))
            .setRouteConfig(
                Envoys.table(
                    Envoys.route()
                        .setRoute(RouteAction.newBuilder().setClusterSpecifierPlugin("p")),
                    Envoys.route()
                        .setMatch(
                            RouteMatch.newBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex("[")))))
            .addHttpFilters(
                0,
                HttpFilter.newBuilder()
                    .setName("a")
                    .setTypedConfig(Any.newBuilder().setTypeUrl("x/acme.A")));
    assertThat(paths(listener(manager)))
        .containsExactlyInAnyOrder(
            MANAGER + ".represent_ipv4_remote_address_as_ipv4_mapped_ipv6",
            MANAGER + ".max_request_headers_kb",
            MANAGER + ".route_config.virtual_hosts[0].routes[0].route.cluster_specifier_plugin",
            MANAGER + ".route_config.virtual_hosts[0].routes[1].match.safe_regex.regex",
            MANAGER + ".http_filters[0].typed_config");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "decompressor.v3.Decompressor",
        "ext_authz.v3.ExtAuthz",
        "rbac.v3.RBAC",
        "cache.v3.CacheConfig",
        "wasm.v3.Wasm"
      })
  void filtersThatAreNotThereAreRefusedByTheirType(String type) {
    HttpFilter filter =
        HttpFilter.newBuilder()
            .setName("later")
            .setTypedConfig(any("envoy.extensions.filters.http." + type))
            .build();
    assertThat(violations(listener(Envoys.manager().addHttpFilters(0, filter))))
        .singleElement()
        .satisfies(v -> assertThat(v.value()).endsWith(type));
  }

  private static Any any(String type) {
    return Any.newBuilder().setTypeUrl("type.googleapis.com/" + type).build();
  }

  @Test
  void connectThatEndsInTheProxyIsRefused() {
    RouteAction.Builder action = RouteAction.newBuilder().setCluster("c");
    action.addUpgradeConfigsBuilder().setUpgradeType("CONNECT").getConnectConfigBuilder();
    assertThat(
            paths(
                ResourceDecoder.routeConfiguration(
                    Envoys.table(Envoys.route().setRoute(action)).build(), STRICT)))
        .containsExactly("virtual_hosts[0].routes[0].route.upgrade_configs[0].connect_config");
  }

  @Test
  void clientsAreFoundByOneListOfTrustedAddressesOnly() {
    TypedExtensionConfig header =
        TypedExtensionConfig.newBuilder()
            .setName("header")
            .setTypedConfig(
                any(
                    "envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig"))
            .build();
    assertThat(paths(listener(Envoys.manager().addOriginalIpDetectionExtensions(header))))
        .containsExactly(MANAGER + ".original_ip_detection_extensions[0].typed_config");
    TypedExtensionConfig hops =
        TypedExtensionConfig.newBuilder()
            .setName("hops")
            .setTypedConfig(Any.pack(XffConfig.newBuilder().setXffNumTrustedHops(1).build()))
            .build();
    assertThat(violations(listener(Envoys.manager().addOriginalIpDetectionExtensions(hops))))
        .isEmpty();
    assertThat(
            violations(
                listener(
                    Envoys.manager()
                        .setUseRemoteAddress(BoolValue.of(true))
                        .addOriginalIpDetectionExtensions(hops))))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains("exclude use_remote_address"));
  }

  @Test
  void brokenBytesAndUnknownTypesAreViolations() {
    assertThat(
            violations(
                ResourceDecoder.decode(
                    TypeUrls.CLUSTER, ByteString.copyFromUtf8("\u0001nonsense"), STRICT)))
        .hasSize(1);
    assertThat(
            violations(
                ResourceDecoder.decode("type.googleapis.com/acme.Thing", ByteString.EMPTY, STRICT)))
        .singleElement()
        .satisfies(v -> assertThat(v.value()).contains("acme.Thing"));
  }
}
