package io.headgate.dataplane.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTest {

  private static HeaderBlock with(HeaderName name, String value) {
    HeaderBlock headers = new HeaderBlock();
    headers.add(name, value);
    return headers;
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, true",
    "application/grpc+proto, true",
    "APPLICATION/GRPC, true",
    "application/grpc-web, false",
    "application/grp, false",
    "text/plain, false"
  })
  void knowsGrpcByItsContentType(String type, boolean isGrpc) {
    assertThat(Grpc.isGrpc(with(HeaderNames.CONTENT_TYPE, type))).isEqualTo(isGrpc);
  }

  @ParameterizedTest
  @CsvSource({
    "1H, 3600000",
    "2M, 120000",
    "3S, 3000",
    "4m, 4",
    "1500u, 2",
    "1n, 1",
    "0m, 0",
    "99999999S, 99999999000",
    "100000000m, -1",
    "5, -1",
    "m, -1",
    "-1S, -1",
    "1x, -1"
  })
  void readsTimeouts(String text, long millis) {
    assertThat(Grpc.timeoutMillis(with(HeaderNames.GRPC_TIMEOUT, text))).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"0, 0m", "99999999, 99999999m", "100000000, 100000S", "360000000000, 6000000M"})
  void writesTimeouts(long millis, String text) {
    HeaderBlock headers = new HeaderBlock();
    Grpc.timeoutMillis(headers, millis);
    assertThat(headers.first(HeaderNames.GRPC_TIMEOUT)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "502, 14", "503, 14", "504, 14", "200, 2",
    "500, 2", "413, 2"
  })
  void mapsHttpStatuses(int http, int grpc) {
    assertThat(Grpc.fromHttp(http)).isEqualTo(grpc);
  }

  @Test
  void encodesMessages() {
    assertThat(Grpc.message("no healthy upstream")).isEqualTo("no healthy upstream");
    assertThat(Grpc.message("50% ä\r\n~")).isEqualTo("50%25 %C3%A4%0D%0A%7E");
  }

  @ParameterizedTest
  @CsvSource({"14, 14", "0, 0", "x, -1", "1234, -1"})
  void readsStatuses(String text, int status) {
    assertThat(Grpc.status(with(HeaderNames.GRPC_STATUS, text))).isEqualTo(status);
  }
}
