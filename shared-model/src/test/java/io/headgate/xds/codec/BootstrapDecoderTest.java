package io.headgate.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.headgate.xds.codec.bootstrap.BootstrapDecoder;
import io.headgate.xds.codec.message.Violation;
import io.headgate.xds.model.bootstrap.GrpcApi;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapDecoderTest {
  private static final ConfigSource ADS =
      ConfigSource.newBuilder()
          .setAds(AggregatedConfigSource.getDefaultInstance())
          .setResourceApiVersion(ApiVersion.V3)
          .build();

  private static Bootstrap.Builder typical() {
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    bootstrap.getNodeBuilder().setId("p1").setCluster("edge").setUserAgentName("me");
    bootstrap
        .getAdminBuilder()
        .setAddress(Envoys.address("127.0.0.1", 9901))
        .setAccessLogPath("/dev/null");
    bootstrap
        .getStaticResourcesBuilder()
        .addListeners(Envoys.listener(Envoys.manager().build()))
        .addClusters(Envoys.cluster("backend"))
        .addClusters(
            Envoys.cluster("xds")
                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
    bootstrap.getDynamicResourcesBuilder().setCdsConfig(ADS).setLdsConfig(ADS);
    bootstrap
        .getDynamicResourcesBuilder()
        .getAdsConfigBuilder()
        .setApiType(ApiType.DELTA_GRPC)
        .setTransportApiVersion(ApiVersion.V3)
        .addGrpcServicesBuilder()
        .getEnvoyGrpcBuilder()
        .setClusterName("xds");
    return bootstrap;
  }

  private static List<String> paths(Bootstrap.Builder bootstrap) {
    return Envoys.violations(BootstrapDecoder.decode(bootstrap.build(), false)).stream()
        .map(Violation::path)
        .toList();
  }

  @Test
  void typicalBootstrapIsTaken() {
    io.headgate.xds.model.bootstrap.Bootstrap decoded =
        BootstrapDecoder.decode(typical().build(), false).orElseThrow();
    assertThat(decoded.dynamicResources().ads())
        .isEqualTo(new GrpcApi(GrpcApi.ApiType.DELTA_GRPC, List.of("xds")));
    assertThat(decoded.node().id()).isEqualTo("p1");
    assertThat(decoded.clusters().get(1).options().http().http2()).isNotNull();
  }

  @Test
  void unimplementedPartsAreRefusedByName() {
    Bootstrap.Builder bootstrap = typical();
    bootstrap.getOverloadManagerBuilder().addLoadshedPointsBuilder().setName("tcp");
    bootstrap
        .getOverloadManagerBuilder()
        .addActionsBuilder()
        .setName("envoy.overload_actions.reset_high_memory_stream");
    bootstrap.setHeaderPrefix("x-acme");
    bootstrap.addStatsSinksBuilder().setName("statsd");
    bootstrap.getStaticResourcesBuilder().addSecretsBuilder().setName("s");
    assertThat(paths(bootstrap))
        .contains(
            "overload_manager.loadshed_points",
            "overload_manager.actions[0].name",
            "header_prefix",
            "stats_sinks[0].typed_config",
            "static_resources.secrets[0].tls_certificate");
  }

  @Test
  void runtimeKeysAreTakenButEnvoysOwnAreRefused() {
    Bootstrap.Builder bootstrap = typical();
    bootstrap.getLayeredRuntimeBuilder().addLayersBuilder().setName("admin").getAdminLayerBuilder();
    assertThat(paths(bootstrap)).isEmpty();
    bootstrap
        .getLayeredRuntimeBuilder()
        .addLayersBuilder()
        .setName("static")
        .setStaticLayer(
            Struct.newBuilder()
                .putFields("routing.new_shop", Value.newBuilder().setNumberValue(1).build()));
    assertThat(paths(bootstrap)).isEmpty();
    bootstrap
        .getLayeredRuntimeBuilder()
        .getLayersBuilder(1)
        .getStaticLayerBuilder()
        .putFields("envoy.reloadable_features.x", Value.newBuilder().setBoolValue(true).build());
    assertThat(paths(bootstrap)).containsExactly("layered_runtime.layers[1].static_layer");
  }

  @Test
  void referencesMustExist() {
    Bootstrap.Builder bootstrap = typical();
    bootstrap.getStaticResourcesBuilder().removeClusters(1);
    assertThat(Envoys.violations(BootstrapDecoder.decode(bootstrap.build(), false)))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains("xds"));
  }

  @Test
  void requestsMayNotUseTheControlPlanesCluster() {
    Bootstrap.Builder bootstrap = typical();
    bootstrap
        .getStaticResourcesBuilder()
        .setListeners(
            0,
            Envoys.listener(
                Envoys.manager()
                    .setRouteConfig(
                        Envoys.table(
                            Envoys.route().setRoute(RouteAction.newBuilder().setCluster("xds"))))
                    .build()));
    assertThat(paths(bootstrap)).containsExactly("static_resources");
  }

  @Test
  void oldApiVersionIsRefused() {
    Bootstrap.Builder bootstrap = typical();
    bootstrap
        .getDynamicResourcesBuilder()
        .getAdsConfigBuilder()
        .setTransportApiVersion(ApiVersion.AUTO);
    assertThat(paths(bootstrap))
        .containsExactly("dynamic_resources.ads_config.transport_api_version");
  }
}
