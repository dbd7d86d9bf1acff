package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.RequestIdRules;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the access log says of HTTP/1 requests that go no further: status, flags, details. */
class RefusalDetailsTest {
  @TempDir private Path directory = Path.of("");
  private ListenerBed bed = new ListenerBed(Path.of(""));

  @BeforeEach
  void make() throws Exception {
    bed.close();
    bed = new ListenerBed(directory);
    bed.rules =
        new HttpRules(
            HttpRules.DEFAULT.forwarded(),
            RequestIdRules.DEFAULT,
            new PathRules(true, true, PathRules.EscapedSlashes.REJECT_REQUEST, false, false, false),
            HttpRules.UnderscoreHeaders.REJECT_REQUEST,
            HttpRules.DEFAULT.answers(),
            HttpRules.DEFAULT.protocols(),
            false);
    bed.open();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked | 400 DPE"
            + " http1.content_length_and_chunked_not_allowed",
        "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked | 400 DPE"
            + " http1.invalid_transfer_encoding",
        "CONNECT a:1 HTTP/1.1~Host: a:1~Content-Length: 1 | 400 DPE http1.body_disallowed",
        "GET /a#b HTTP/1.1~Host: a | 400 DPE http1.invalid_url",
        "GET / HTTP/1.1~Host: me@a | 400 DPE http1.invalid_host",
        "GET http://b/ HTTP/1.1~Host: a | 400 DPE http1.host_disagrees",
        "GET / HTTP/1.1 | 400 DPE missing_host_header",
        "GET  / HTTP/1.1~Host: a | 400 DPE http1.invalid_url",
        "GET / HTTP/1.1~Host : a | 400 DPE http1.codec_error",
        "GET / HTTP/9.9~Host: a | 505 DPE http1.codec_error",
        "GET / HTTP/1.0~Host: a | 426 DPE low_version",
        "GET / HTTP/1.1~Host: a~a_b: c | 400 DPE http1.unexpected_underscore",
        "GET / HTTP/1.1~Host: a~Expect: tea | 417 - http1.expectation_failed",
        "OPTIONS * HTTP/1.1~Host: a | 404 - absolute_path_rejected",
        "GET /a%2fb HTTP/1.1~Host: a | 400 - path_normalization_failed",
        "GET / HTTP/1.1~Host: a~Connection: upgrade~Upgrade: x | 403 - upgrade_failed"
      })
  void isRefused(String raw, String log) throws Exception {
    try (RawClient client = bed.client()) {
      client.send(raw.replace("~", "\r\n") + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(Integer.parseInt(log.substring(0, 3)));
    }
    await().untilAsserted(() -> assertThat(bed.logged()).isEqualTo(List.of(log)));
  }

  @Test
  void namesMoreConnectionFieldsThanItMay() throws Exception {
    isRefused(
        "GET / HTTP/1.1~Host: a" + "~Connection: x".repeat(20),
        "400 DPE http1.connection_header_rejected");
  }
}
