package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access-log formats. */
class LogFormatTest {
  private static LogEntry entry() {
    StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, 1_700_000_000_123L, 1_000_000);
    info.endNanos = 13_500_000;
    info.responseCode = 503;
    info.flag(ResponseFlag.NO_HEALTHY_UPSTREAM);
    info.flag(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION);
    info.details("no healthy upstream");
    info.bytesSent = 7;
    info.putMetadata("jwt", Map.of("sub", "me", "groups", List.of("a", "b")));
    RequestHead request = new RequestHead();
    request.path("/p?x=1&y=2");
    request.authority("h");
    request.headers().add(HeaderName.of("x-a"), "12345");
    ResponseHead response = new ResponseHead();
    response.headers().add(HeaderName.of("x-r"), "\"q\"");
    return new LogEntry(info, request, response, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "%REQ(:METHOD)% %REQ(:PATH)%; GET /p?x=1&y=2",
        "%REQ(X-B?X-A)%; 12345",
        "%REQ(X-A):3%|%REQ(X-NONE)%; 123|-",
        "%RESP(X-R)%; \"q\"",
        "%DURATION% %BYTES_SENT%; 12 7",
        "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%; UH,DC no_healthy_upstream",
        "%START_TIME%; 2023-11-14T22:13:20.123Z",
        "%START_TIME(%Y/%m/%d %H:%M:%S.%3f)%; 2023/11/14 22:13:20.123",
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT%; 127.0.0.9 80",
        "%DYNAMIC_METADATA(jwt:sub)%; me",
        "%DYNAMIC_METADATA(jwt:groups)%; [\"a\",\"b\"]",
        "%QUERY_PARAM(y)% 100%%; 2 100%",
        "%UPSTREAM_HOST%; -",
        "%PATH%|%PATH(NQ)%|%PATH(WQ:ORIG)%; /p?x=1&y=2|/p|-",
        "%START_TIME(%s.%3f)%; 1700000000.123",
        "%START_TIME(%E4Y-%m-%dT%H:%M:%E3S%Ez)%; 2023-11-14T22:13:20.123+00:00",
        "%START_TIME(%E*S %E6S %E0S %E*f %E2f %E*z%ET)%; 20.123 20.123000 20 123 12 +00:00:00T",
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(16)%; 127.0.0.0/16",
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(30)%; 127.0.0.8/30",
        "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(0)%; 0.0.0.0/0",
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(32)%; 127.0.0.9/32",
        "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(8)%; -",
        "%REQUEST_HEADER(x-a)% %RESPONSE_HEADER(x-r)%; 12345 \"q\"",
        "%RESPONSE_FLAGS_LONG%; NoHealthyUpstream,DownstreamConnectionTermination"
      })
  void writesLines(String format, String expected) {
    assertThat(LogFormat.compile(format, false).line(entry())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1234:5678:9abc::1, 64, 2001:db8:1234:5678::/64",
    "2001:db8::1, 128, 2001:db8::1/128",
    "2001:db8::1, 1, ::/1",
    "10.1.10.23, 16, 10.1.0.0/16",
    "10.1.10.23, 64, 10.1.10.23/32"
  })
  void addressesAreMasked(String address, int bits, String network) {
    LogEntry entry = entry();
    entry.info().clientAddress = address;
    String format = "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(" + bits + ")%";
    assertThat(LogFormat.compile(format, false).line(entry)).isEqualTo(network);
  }

  @Test
  void omitsWhatIsNotThere() {
    assertThat(LogFormat.compile("a%UPSTREAM_HOST%b", true).line(entry())).isEqualTo("ab");
  }

  @Test
  void singleOperatorsKeepTheirType() {
    assertThat(LogFormat.compile("%RESPONSE_CODE%", false).typed(entry())).isEqualTo(503L);
    assertThat(LogFormat.compile("%UPSTREAM_HOST%", false).typed(entry())).isNull();
    assertThat(LogFormat.compile("c %RESPONSE_CODE%", false).typed(entry())).isEqualTo("c 503");
  }

  @Test
  void noFlagIsAValueAsWell() {
    LogEntry plain =
        new LogEntry(new StreamInfo(MemoryConnection.INFO, 1, 1, 1), new RequestHead(), null, null);
    assertThat(LogFormat.compile("%RESPONSE_FLAGS%", true).typed(plain)).isEqualTo("-");
  }

  @Test
  void jsonIsEscaped() {
    StringBuilder out = new StringBuilder();
    Json.write(out, Map.of("a", "x\"\\\n\u0001"));
    assertThat(out.toString()).isEqualTo("{\"a\":\"x\\\"\\\\\\n\\u0001\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%NOPE%",
        "%NOPE(x)%",
        "%REQ%",
        "%REQ(x",
        "%REQ(x):y%",
        "%START_TIME(%Q)%",
        "%START_TIME(%E)%",
        "%START_TIME(%E3)%",
        "%START_TIME(%E5Y)%",
        "%DOWNSTREAM_LOCAL_ADDRESS(8)%",
        "%DOWNSTREAM_LOCAL_PORT(8)%",
        "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(x)%",
        "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(-1)%",
        "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(129)%",
        "%UPSTREAM_LOCAL_PORT%"
      })
  void refusesWhatItDoesNotKnow(String format) {
    assertThatThrownBy(() -> LogFormat.compile(format, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
