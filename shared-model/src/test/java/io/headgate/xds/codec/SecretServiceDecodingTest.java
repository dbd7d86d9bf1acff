package io.headgate.xds.codec;

import static io.headgate.xds.codec.Envoys.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.TextFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.codec.bootstrap.BootstrapDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.Violation;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.UpstreamTls;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets from a gRPC service of their own, and clusters at Unix sockets that have one. */
class SecretServiceDecodingTest {
  private static final String SOURCE =
      "transport_socket.typed_config.common_tls_context.validation_context_sds_secret_config"
          + ".sds_config";

  private static Cluster.Builder cluster(String source) throws TextFormat.ParseException {
    UpstreamTlsContext.Builder tls = UpstreamTlsContext.newBuilder();
    TextFormat.merge(
        "common_tls_context { validation_context_sds_secret_config { name: \"ca\" sds_config { "
            + source.replace('\'', '"')
            + " } } }",
        tls);
    return Envoys.cluster("backend")
        .setTransportSocket(
            TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(tls.build())));
  }

  private static SecretRef decoded(String source) throws TextFormat.ParseException {
    Decoded<io.headgate.xds.model.Cluster> decoded =
        ResourceDecoder.cluster(cluster(source).build(), DecodeOptions.STRICT);
    if (decoded instanceof Decoded.Invalid<io.headgate.xds.model.Cluster> invalid) {
      throw new AssertionError(invalid.message());
    }
    UpstreamTls tls =
        ((Decoded.Valid<io.headgate.xds.model.Cluster>) decoded).value().options().tls();
    return Objects.requireNonNull(
        Objects.requireNonNull(Objects.requireNonNull(tls).settings().validation()).secret());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
  void aServiceIsItsClusterAndItsProtocol(String api) throws Exception {
    assertThat(
            decoded(
                "resource_api_version: V3 api_config_source { api_type: "
                    + api
                    + " transport_api_version: V3 grpc_services { envoy_grpc { cluster_name: 'sds'"
                    + " } timeout { seconds: 1 } } set_node_on_first_message_only: true }"))
        .isEqualTo(
            new SecretRef.FromService(
                "ca", new SecretService("sds", api.equals("DELTA_GRPC")), Duration.ofSeconds(15)));
  }

  @Test
  void theWaitIsTheSources() throws Exception {
    assertThat(
            decoded(
                "resource_api_version: V3 initial_fetch_timeout { } api_config_source { api_type:"
                    + " GRPC transport_api_version: V3 grpc_services { envoy_grpc { cluster_name:"
                    + " 'sds' } } }"))
        .isEqualTo(new SecretRef.FromService("ca", new SecretService("sds", false), Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api_type: REST SERVICE | .api_type | REST | REST is not implemented | DELTA_GRPC, GRPC",
        "api_type: AGGREGATED_GRPC SERVICE | .api_type | AGGREGATED_GRPC | is not implemented |"
            + " DELTA_GRPC, GRPC",
        "api_type: GRPC SERVICE SERVICE | .grpc_services | '' | has 2 services | keep one",
        "api_type: GRPC | '' | '' | grpc_services needs a service | ''",
        "api_type: GRPC grpc_services { google_grpc { target_uri: 'x' stat_prefix: 'x' } } |"
            + " .grpc_services[0].google_grpc | '' | is not implemented | remove it",
        "api_type: GRPC grpc_services { envoy_grpc { cluster_name: 'sds' authority: 'a' } } |"
            + " .grpc_services[0].envoy_grpc.authority | a | is not implemented | remove it",
        "api_type: GRPC grpc_services { envoy_grpc { cluster_name: 'sds' } initial_metadata { key:"
            + " 'k' value: 'v' } } | .grpc_services[0].initial_metadata | '' | is not implemented |"
            + " remove it",
        "api_type: GRPC cluster_names: 'sds' SERVICE | .cluster_names | sds | is not implemented |"
            + " remove it",
        "api_type: GRPC rate_limit_settings { } SERVICE | .rate_limit_settings | '' | is not"
            + " implemented | remove it",
      })
  void whatAServiceDoesNotTakeIsRefused(
      String text, String path, String value, String wrong, String fix) throws Exception {
    List<Violation> found =
        violations(
            ResourceDecoder.cluster(
                cluster(
                        "resource_api_version: V3 api_config_source { transport_api_version: V3 "
                            + text.replace(
                                "SERVICE", "grpc_services { envoy_grpc { cluster_name: 'sds' } }")
                            + " }")
                    .build(),
                DecodeOptions.STRICT));
    assertThat(found)
        .anySatisfy(violation -> {
          assertThat(violation.path()).isEqualTo(SOURCE + ".api_config_source" + path);
          assertThat(violation.value()).contains(value);
          assertThat(violation.reason()).contains(wrong);
          assertThat(violation.fix()).contains(fix);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "resource_api_version: AUTO, V3, .resource_api_version",
    "resource_api_version: V3, AUTO, .api_config_source.transport_api_version",
  })
  void onlyVersionThreeIsSpoken(String resource, String transport, String path) throws Exception {
    assertThat(
            violations(
                ResourceDecoder.cluster(
                    cluster(
                            resource
                                + " api_config_source { api_type: GRPC transport_api_version: "
                                + transport
                                + " grpc_services { envoy_grpc { cluster_name: 'sds' } } }")
                        .build(),
                    DecodeOptions.STRICT)))
        .anySatisfy(violation -> {
          assertThat(violation.path()).isEqualTo(SOURCE + path);
          assertThat(violation.fix()).isEqualTo("set it to V3");
        });
  }

  private static Cluster endpoints(String... addresses) throws TextFormat.ParseException {
    Cluster.Builder builder =
        Cluster.newBuilder().setName("sds").setType(Cluster.DiscoveryType.STATIC);
    StringBuilder text = new StringBuilder("cluster_name: \"sds\" endpoints {");
    for (String address : addresses) {
      text.append(" lb_endpoints { endpoint { address { ").append(address).append(" } } }");
    }
    TextFormat.merge(text.append(" }"), builder.getLoadAssignmentBuilder());
    return builder.build();
  }

  @Test
  void aClusterMayBeAtUnixSockets() throws Exception {
    assertThat(
            ResourceDecoder.cluster(
                endpoints("pipe { path: \"/run/a\" }", "pipe { path: \"/run/b\" }"),
                DecodeOptions.STRICT))
        .isInstanceOfSatisfying(
            Decoded.Valid.class,
            valid -> {
              io.headgate.xds.model.Cluster value = (io.headgate.xds.model.Cluster) valid.value();
              assertThat(value.endpoints())
                  .isEqualTo(new EndpointSource.UnixSockets(List.of("/run/a", "/run/b")));
              assertThat(value.streamProblem()).isEmpty();
            });
  }

  @Test
  void unixSocketsAreNotMixedAndHaveWholePaths() throws Exception {
    assertThat(
            violations(
                ResourceDecoder.cluster(
                    endpoints(
                        "pipe { path: \"/run/a\" }",
                        "socket_address { address: \"127.0.0.1\" port_value: 1 }"),
                    DecodeOptions.STRICT)))
        .anySatisfy(violation -> {
          assertThat(violation.path()).isEqualTo("load_assignment.endpoints");
          assertThat(violation.reason()).isEqualTo("are Unix sockets and IP addresses");
        });
    assertThat(
            violations(
                ResourceDecoder.cluster(
                    endpoints("pipe { path: \"run/a\" }"), DecodeOptions.STRICT)))
        .anySatisfy(violation -> assertThat(violation.reason()).contains("must be absolute"));
  }

  @Test
  void endpointsOfADiscoveryStreamHaveIpAddresses() throws Exception {
    assertThat(
            violations(
                ResourceDecoder.clusterLoadAssignment(
                    endpoints("pipe { path: \"/run/a\" }").getLoadAssignment(),
                    DecodeOptions.STRICT)))
        .anySatisfy(violation -> assertThat(violation.path()).endsWith(".address.pipe"));
  }

  @Test
  void noRouteForwardsToUnixSockets() throws Exception {
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    bootstrap
        .getStaticResourcesBuilder()
        .addClusters(endpoints("pipe { path: \"/run/a\" }").toBuilder().setName("backend").build())
        .addListeners(Envoys.listener(Envoys.manager().build()));
    assertThat(violations(BootstrapDecoder.decode(bootstrap.build(), false)))
        .anySatisfy(violation ->
            assertThat(violation.reason())
                .contains("forwards to cluster 'backend', whose endpoints are Unix sockets"));
  }

  @Test
  void streamsNeedListedEndpointsAndPlainTls() throws Exception {
    io.headgate.xds.model.Cluster plain =
        ((Decoded.Valid<io.headgate.xds.model.Cluster>)
                ResourceDecoder.cluster(
                    endpoints("socket_address { address: \"127.0.0.1\" port_value: 1 }"),
                    DecodeOptions.STRICT))
            .value();
    assertThat(plain.streamProblem()).isEmpty();
    assertThat(
            ((Decoded.Valid<io.headgate.xds.model.Cluster>)
                    ResourceDecoder.cluster(
                        cluster(
                                "resource_api_version: V3 api_config_source { api_type: GRPC"
                                    + " transport_api_version: V3 grpc_services { envoy_grpc {"
                                    + " cluster_name: 'sds' } } }")
                            .setType(Cluster.DiscoveryType.STATIC)
                            .setLoadAssignment(
                                endpoints("pipe { path: \"/run/a\" }").getLoadAssignment())
                            .clearEdsClusterConfig()
                            .build(),
                        DecodeOptions.STRICT))
                .value()
                .streamProblem())
        .isEqualTo("its own TLS names secrets");
  }
}
