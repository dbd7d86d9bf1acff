package io.headgate.xds.codec;

import static io.headgate.xds.codec.Envoys.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.listener.AccessLogFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access logs of a connection manager, as Envoy's JSON has them. */
class AccessLogDecoderTest {
  private static Decoded<Listener> decode(String more) {
    ReadMessage<AccessLog> read =
        io.headgate.fleet.codec.document.MessageReader.read(
            more,
            AccessLog.getDefaultInstance(),
            io.headgate.fleet.codec.document.MessageReader.Options.bootstrap(
                EnvoyTypes.REGISTRY::find, false));
    assertThat(read.violations()).isEmpty();
    AccessLog log = read.message();
    return ResourceDecoder.listener(
        Envoys.listener(Envoys.manager().addAccessLog(log).build()).build(), DecodeOptions.STRICT);
  }

  private static String file(String format) {
    return "{'typedConfig': {'@type':"
        + " 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', 'path':"
        + " '/l', 'logFormat': "
        + format
        + "}}";
  }

  private static String filter(String filter) {
    return "{'typedConfig': {'@type':"
        + " 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', 'path':"
        + " '/l'}, 'filter': "
        + filter
        + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%NOPE% | command operator %NOPE% is not implemented",
        "%REQ% | command operator %REQ% needs an argument",
        "%DURATION(x)% | command operator %DURATION% takes no argument",
        "%GRPC_STATUS(X)% | %GRPC_STATUS(X)% is not implemented",
        "%PATH(Q)% | %PATH(Q)% is not implemented",
        "50 % off | has a % that begins no command operator",
        "%REQ(a b)% | %REQ(a b)% names no header",
        "%REQ(a?b?c)% | %REQ(a?b?c)% names no header",
        "%REQ(a):% | has a % that begins no command operator",
        "%PROTOCOL:4% | command operator %PROTOCOL% takes no length",
        "%START_TIME(%Q)% | %START_TIME(%Q)% is not implemented",
        "%START_TIME(%H%)% | %START_TIME(%H%)% is not implemented",
        "%EMIT_TIME(%E5Y)% | %EMIT_TIME(%E5Y)% is not implemented",
        "%DOWNSTREAM_LOCAL_ADDRESS(8)% | command operator %DOWNSTREAM_LOCAL_ADDRESS% takes no"
            + " argument",
        "%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(129)% | %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(129)% is"
            + " not implemented",
        "%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(-1)% | %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(-1)% is"
            + " not implemented",
        "%RESPONSE_CODE_DETAILS(X)% | %RESPONSE_CODE_DETAILS(X)% is not implemented",
      })
  void whatAFormatCanNotSayIsNamed(String format, String reason) {
    String path = "filter_chains[0].filters[0].typed_config.access_log[0].typed_config.log_format.";
    assertThat(violations(decode(file("{'textFormatSource': {'inlineString': '" + format + "'}}"))))
        .anySatisfy(v -> {
          assertThat(v.path()).isEqualTo(path + "text_format_source");
          assertThat(v.reason()).isEqualTo(reason);
          assertThat(v.fix()).isNotEmpty();
        });
    assertThat(violations(decode(file("{'jsonFormat': {'a': {'b': ['" + format + "']}}}"))))
        .anySatisfy(v -> {
          assertThat(v.path()).isEqualTo(path + "json_format");
          assertThat(v.reason()).isEqualTo(reason);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(24)%",
        "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(128)%",
        "%START_TIME(%E4Y-%m-%dT%H:%M:%E3S%Ez)%",
        "%EMIT_TIME(%s.%3f %E*S %E6f %E*z%ET 100%%)%"
      })
  void whatAFormatCanSayIsTaken(String format) {
    String text = file("{'textFormatSource': {'inlineString': '" + format + "'}}");
    assertThat(violations(decode(text))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadataFilter': {}} | metadata_filter | not implemented",
        "{'logTypeFilter': {}} | log_type_filter | not implemented",
        "{'responseFlagFilter': {'flags': ['XX']}} | flags | XX",
        "{'andFilter': {'filters': [{'notHealthCheckFilter': {}}]}} | filters | 2",
        "{} | filter | required",
      })
  void whatAFilterCanNotSayIsNamed(String filter, String path, String reason) {
    assertThat(violations(decode(filter(filter))))
        .anySatisfy(v -> {
          assertThat(v.path()).contains(path);
          assertThat(v.reason() + v.value() + v.fix()).contains(reason);
        });
  }

  @Test
  void theOldJsonFormatIsRefusedByName() {
    String log =
        "{'typedConfig': {'@type':"
            + " 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',"
            + " 'path': '/l', 'jsonFormat': {'a': 'b'}}}";
    assertThat(violations(decode(log)))
        .anySatisfy(v -> assertThat(v.reason()).contains("json_format is not implemented"));
  }

  @Test
  void filtersNest() {
    Decoded<Listener> decoded =
        decode(
            filter(
                """
                {'orFilter': {'filters': [
                  {'statusCodeFilter': {'comparison': {'op': 'GE', 'value': {'defaultValue': 500, 'runtimeKey': 'k'}}}},
                  {'andFilter': {'filters': [
                    {'runtimeFilter': {'runtimeKey': 's', 'percentSampled': {'numerator': 5}}},
                    {'headerFilter': {'header': {'name': 'X-A', 'presentMatch': true}}}]}},
                  {'grpcStatusFilter': {'statuses': ['UNAVAILABLE'], 'exclude': true}}]}}
                """));
    assertThat(violations(decoded)).isEmpty();
    Listener listener = ((Decoded.Valid<Listener>) decoded).value();
    HttpConnectionManager manager =
        (HttpConnectionManager) listener.filterChains().getFirst().filters().getFirst();
    assertThat(manager.accessLogs().getFirst().filter())
        .isInstanceOfSatisfying(
            AccessLogFilter.Any.class,
            any -> {
              assertThat(any.filters()).hasSize(3);
              assertThat(any.filters().getLast())
                  .isEqualTo(new AccessLogFilter.GrpcStatus(java.util.Set.of(14), true));
            });
  }
}
