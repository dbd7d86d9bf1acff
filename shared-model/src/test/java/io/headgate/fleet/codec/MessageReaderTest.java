package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.document.Dialect;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.MessageWriter;
import io.headgate.fleet.codec.document.ReadMessage;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageReaderTest {
  private static final Map<String, Descriptor> TYPES =
      Map.of(
          HttpConnectionManager.getDescriptor().getFullName(),
          HttpConnectionManager.getDescriptor(),
          Router.getDescriptor().getFullName(),
          Router.getDescriptor(),
          Duration.getDescriptor().getFullName(),
          Duration.getDescriptor());
  private static final Function<String, @Nullable Descriptor> RESOLVER = TYPES::get;

  private static final String BOOTSTRAP =
      """
      node: {id: p1, cluster: edge, metadata: {"headgate.gateways": [a/b], n: 1.5, z: null, ok: true}}
      staticResources:
        listeners:
        - name: http
          address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
          filter_chains:
          - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                statPrefix: in
                codec_type: AUTO
                stream_idle_timeout: 0.25s
                http_filters:
                - name: router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
        clusters:
        - name: a
          type: STATIC
          connect_timeout: 5s
          per_connection_buffer_limit_bytes: "32768"
          lb_policy: 1
      """;

  private static ReadMessage<Bootstrap> read(String text, boolean allowUnknown) {
    return MessageReader.read(
        text,
        Bootstrap.getDefaultInstance(),
        MessageReader.Options.bootstrap(RESOLVER, allowUnknown));
  }

  @Test
  void anEnvoyBootstrapIsReadInEitherSpelling() throws InvalidProtocolBufferException {
    ReadMessage<Bootstrap> read = read(BOOTSTRAP, false);

    assertThat(read.violations()).isEmpty();
    Bootstrap bootstrap = read.message();
    Cluster cluster = bootstrap.getStaticResources().getClusters(0);
    assertThat(cluster.getConnectTimeout()).isEqualTo(Duration.newBuilder().setSeconds(5).build());
    assertThat(cluster.getPerConnectionBufferLimitBytes()).isEqualTo(UInt32Value.of(32768));
    assertThat(cluster.getLbPolicy()).isEqualTo(Cluster.LbPolicy.LEAST_REQUEST);
    Struct metadata = bootstrap.getNode().getMetadata();
    assertThat(metadata.getFieldsOrThrow("n").getNumberValue()).isEqualTo(1.5);
    assertThat(metadata.getFieldsOrThrow("z").hasNullValue()).isTrue();
    Any any =
        bootstrap
            .getStaticResources()
            .getListeners(0)
            .getFilterChains(0)
            .getFilters(0)
            .getTypedConfig();
    HttpConnectionManager hcm = any.unpack(HttpConnectionManager.class);
    assertThat(hcm.getStatPrefix()).isEqualTo("in");
    assertThat(hcm.getStreamIdleTimeout())
        .isEqualTo(Duration.newBuilder().setNanos(250_000_000).build());
    assertThat(hcm.getHttpFilters(0).getTypedConfig().is(Router.class)).isTrue();
    assertThat(read.lines().applyAsInt("static_resources.clusters[0].connect_timeout"))
        .isEqualTo(21);
    assertThat(read.lines().applyAsInt("static_resources.clusters[0].eds_cluster_config"))
        .isEqualTo(19);
  }

  @Test
  void whatIsWrittenIsReadBackEqual() {
    Bootstrap bootstrap = read(BOOTSTRAP, false).message();

    String json = MessageWriter.json(bootstrap, Dialect.PROTO_JSON, RESOLVER);
    String yaml = MessageWriter.yaml(bootstrap, Dialect.PROTO_JSON, RESOLVER);

    assertThat(read(json, false).message()).isEqualTo(bootstrap);
    assertThat(read(yaml, false).message()).isEqualTo(bootstrap);
    assertThat(json).contains("\"stream_idle_timeout\":\"0.25s\"", "\"connect_timeout\":\"5s\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connect_timeout: 5s | connect_timeout: 5 | static_resources.clusters[0].connect_timeout |"
            + " must be a duration in seconds",
        "type: STATIC | type: STATICK | static_resources.clusters[0].type | is not a value of"
            + " DiscoveryType",
        "lb_policy: 1 | lb_policy: 99 | static_resources.clusters[0].lb_policy | is not a number of"
            + " LbPolicy",
        "lb_policy: 1 | lbPolicy: 1, lb_policy: 2 | static_resources.clusters[0] | ",
        "statPrefix: in | statPrefix: [in] |"
            + " static_resources.listeners[0].filter_chains[0].filters[0].typed_config.stat_prefix"
            + " | must be text, not a list",
        "statPrefix: in | statPrefx: in |"
            + " static_resources.listeners[0].filter_chains[0].filters[0].typed_config.statPrefx |"
            + " is not a field of"
            + " static_resources.listeners[0].filter_chains[0].filters[0].typed_config",
        "http.router.v3.Router | http.rooter.v3.Router |"
            + " static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters[0].typed_config.@type"
            + " | is not a type that is known here",
        "port_value: 8080 | port_value: -1 |"
            + " static_resources.listeners[0].address.socket_address.port_value | must be between 0"
            + " and 4294967295",
        "port_value: 8080 | port_value: 80, named_port: a |"
            + " static_resources.listeners[0].address.socket_address.named_port | cannot stand"
            + " beside port_value"
      })
  void aMistakeInABootstrapNamesItsPlace(String from, String to, String path, String reason) {
    assertThat(BOOTSTRAP).contains(from);
    var violations = read(BOOTSTRAP.replace(from, to), false).violations();
    assertThat(violations).isNotEmpty();
    assertThat(violations.get(0).line()).isPositive();
    if (reason != null) {
      assertThat(violations).extracting(Violation::path).containsExactly(path);
      assertThat(violations.get(0).reason()).isEqualTo(reason);
    }
  }

  @Test
  void unknownFieldsMayBeAllowedButNothingElse() {
    ReadMessage<Bootstrap> read =
        read(BOOTSTRAP + "not_a_field: 1\nadmin: {address: {pipe: {path: 5}}}\n", true);

    assertThat(read.ignored()).extracting(Violation::path).containsExactly("not_a_field");
    assertThat(read.violations())
        .extracting(Violation::path)
        .containsExactly("admin.address.pipe.path");
  }

  @Test
  void aTextOfOtherThanOneDocumentIsRefused() {
    assertThat(read("", false).violations())
        .extracting(Violation::reason)
        .containsExactly("is empty");
    assertThat(read("a: 1\n---\nb: 1\n", false).violations())
        .extracting(Violation::reason)
        .containsExactly("holds more than one document");
  }
}
