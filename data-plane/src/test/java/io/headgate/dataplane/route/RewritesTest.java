package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.RegexRewrite;
import io.headgate.xds.model.route.Rewrite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewritesTest {

  /** What RE2's own GlobalReplace gives. */
  @ParameterizedTest
  @CsvSource({
    "a,z,banana,bznznz",
    "^/a,/z,/a/a,/z/a",
    "b*,-,abbc,-a-c-",
    "(a)(b)?,\\2\\1,abac,baac",
    "x,\\\\,axb,a\\b",
    "[0-9]+,<\\0>,a12b3,a<12>b<3>",
    "$,!,a,a!",
  })
  void allMatchesAreReplaced(String regex, String substitution, String text, String expected) {
    assertThat(new RegexReplacer(new RegexRewrite(regex, substitution)).replaceAll(text))
        .isEqualTo(expected);
  }

  private static RequestRewrite rewrite(Rewrite.HostEdit host, boolean append) {
    return new RequestRewrite(new Rewrite(new Rewrite.PathEdit.Keep(), host, append), null);
  }

  @Test
  void theOldHostIsToldWhereItIsWanted() {
    RequestHead head = RouteTableTest.head("old.example", "/");
    rewrite(new Rewrite.HostEdit.Literal("new.example"), true).apply(head, 1, true);
    assertThat(head.authority()).isEqualTo("new.example");
    assertThat(head.headers().first(HeaderName.of("x-envoy-original-host")))
        .isEqualTo("old.example");
    assertThat(head.headers().first(HeaderName.of("x-forwarded-host"))).isEqualTo("old.example");
  }

  @Test
  void aHostThatIsNoneIsRefused() {
    RequestHead head = RouteTableTest.head("old.example", "/");
    head.headers().add(HeaderName.of("x-host"), "user@evil/path");
    assertThatThrownBy(
            () -> rewrite(new Rewrite.HostEdit.OfHeader("x-host"), false).apply(head, 1, true))
        .isInstanceOf(HeaderViolation.class);
  }
}
