package io.headgate.dataplane.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.PathRules;
import io.headgate.xds.model.PathRules.EscapedSlashes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths in one form, once, and the same again when normalised twice. */
class PathNormaliserTest {
  private static PathRules rules(EscapedSlashes slashes) {
    return new PathRules(true, true, slashes, false, false, false);
  }

  private static String normal(String path) {
    RequestHead head = new RequestHead();
    head.path(path);
    LocalReply reply = PathNormaliser.apply(head, rules(EscapedSlashes.UNESCAPE_AND_FORWARD));
    return reply == null ? head.path() : Integer.toString(reply.status());
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/../../b, /b",
    "/a/%2e%2E/b, /b",
    "/a/.%2e, /",
    "/a/b/.., /a/",
    "/a//b///c, /a/b/c",
    "/a%2Fb%5cc, /a/b/c",
    "/a\\..\\b, /b",
    "/..;/a, /a",
    "/a/..;b=c/d, /d",
    "/a/.;b/c, /a/c",
    "/a;../b, /a;../b",
    "/a|b{c}, /a%7Cb%7Bc%7D",
    "/a%00b, 400",
    "/%41%7e%2D%5f%c3, /A~-_%c3",
    "/%2541, /%2541",
    "/a/...b, /a/...b",
    "/a?x=/../y//z, /a?x=/../y//z",
    "/%252e%252e/a, /%252e%252e/a",
    "a, 400"
  })
  void normalisesAndIsIdempotent(String path, String expected) {
    assertThat(normal(path)).isEqualTo(expected);
    if (!expected.equals("400")) {
      assertThat(normal(expected)).isEqualTo(expected);
    }
  }

  @Test
  void escapedSlashesAreRefusedOrRedirected() {
    RequestHead head = new RequestHead();
    head.path("/a%2fb?q");
    LocalReply refused = PathNormaliser.apply(head, rules(EscapedSlashes.REJECT_REQUEST));
    assertThat(refused).isNotNull().extracting(LocalReply::status).isEqualTo(400);
    LocalReply moved = PathNormaliser.apply(head, rules(EscapedSlashes.UNESCAPE_AND_REDIRECT));
    assertThat(moved)
        .isNotNull()
        .satisfies(reply -> {
          assertThat(reply.status()).isEqualTo(307);
          assertThat(reply.headers())
              .containsExactly(new LocalReply.Header(HeaderNames.LOCATION, "/a/b?q"));
        });
  }
}
