package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a request may be told. */
class SecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a?x=1 | /a?x=1",
        "/a?token=s | /a?token=[redacted]",
        "/a?Access_Token=s&x=token | /a?Access_Token=[redacted]&x=token",
        "/a?access%5Ftoken=s | /a?access%5Ftoken=[redacted]",
        "/a?mytoken=s | /a?mytoken=s",
        "/a?x=1;password=s | /a?x=1;password=[redacted]",
        "/a#id_token=s&state=1 | /a#id_token=[redacted]&state=1",
        "/a?x#code=s | /a?x#code=[redacted]",
        "/a?token | /a?token",
        "/a?token= | /a?token=[redacted]",
        "/a?x=http://me@h | /a?x=http://me@h",
        "https://me:s@h/?x=1 | https://[redacted]@h/?x=1",
        "https://h/@me | https://h/@me",
        "/a/eyJh.eyJz.c2ln/b | /a/[redacted]/b",
        "/a?q=eyJh.eyJz.&y=1 | /a?q=[redacted]&y=1",
        "/a?q=eyJh.eyJz | /a?q=eyJh.eyJz",
        "'' | ''"
      })
  void urls(String url, String told) {
    assertThat(Secrets.url(url)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "authorization | Basic s | [redacted]",
        "cookie | a=b | [redacted]",
        "x-any | plain | plain",
        "x-any | v eyJh.eyJz.c2ln w | v [redacted] w",
        "location | /?code=s | /?code=[redacted]"
      })
  void headers(String name, String value, String told) {
    assertThat(Secrets.header(HeaderName.of(name), value)).isEqualTo(told);
  }

  /** A header that is made of another one is no log. */
  @Test
  void valuesForBackendsAreLeftAsTheyAre() {
    RequestHead head = new RequestHead();
    head.path("/p?token=s");
    head.headers().add(HeaderName.of("authorization"), "Bearer s");
    StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, 1, 1);
    String format = "%REQ(AUTHORIZATION)% %REQ(:PATH)% %QUERY_PARAM(token)%";
    assertThat(LogFormat.ofValue(format).text(info, head, null)).isEqualTo("Bearer s /p?token=s s");
    assertThat(LogFormat.compile(format, false).line(new LogEntry(info, head, null, null)))
        .isEqualTo("[redacted] /p?token=[redacted] [redacted]");
  }
}
