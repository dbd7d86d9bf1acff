package io.headgate.dataplane.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.PathRules.EscapedSlashes;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
    "/a/..;x=1/b, /b",
    "/a/.;/b, /a/b",
    "/a/%2e%2e;/b, /b",
    "/a/b/..;, /a/",
    "/a/...;/b, /a/...;/b",
    "/a;..;/b, /a;..;/b",
    "/a/..%3b/b, /a/..%3b/b",
    "/%41%7e%2D%5f%30, /A~-_0",
    "/a%2Ab%20c, /a%2Ab%20c",
    "/a|b^c`d, /a%7Cb%5Ec%60d",
    "/{a}<b>, /%7Ba%7D%3Cb%3E",
    "/a/%zz%, /a/%zz%",
    "/a/%00, 400",
    "/%%32e/a, 400",
    "/%%32f/a, 400",
    "/%2f, /",
    "/%c0%ae%c0%ae/, /%c0%ae%c0%ae/",
    "*, *",
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

  /** Whatever comes: one pass is enough, and nothing of it is a dot segment, or it is refused. */
  @ParameterizedTest
  @EnumSource(EscapedSlashes.class)
  void aPathIsNormalAfterOnePassOrRefused(EscapedSlashes slashes) {
    String[] parts = {
      "/", "//", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", ";", "..;", "a", "%", "%25", "%32",
      "2e", "e", "%%", "%00", "?", "|", "%7c", "x", "%3b", "*", "%61"
    };
    Random random = new Random(7);
    for (int round = 0; round < 200_000; round++) {
      StringBuilder path = new StringBuilder("/");
      for (int i = random.nextInt(9); i > 0; i--) {
        path.append(parts[random.nextInt(parts.length)]);
      }
      RequestHead head = new RequestHead();
      head.path(path.toString());
      if (PathNormaliser.apply(head, rules(slashes)) != null) {
        continue;
      }
      String once = head.path();
      assertThat(PathNormaliser.apply(head, rules(slashes))).as(path.toString()).isNull();
      assertThat(head.path()).as(path.toString()).isEqualTo(once);
      String only = once.indexOf('?') < 0 ? once : once.substring(0, once.indexOf('?'));
      assertThat(only)
          .as(path.toString())
          .doesNotContain("/../", "/./", "//", "\\", "/..;", "/.;")
          .doesNotContainIgnoringCase("%2e");
      assertThat(only.endsWith("/..") || only.endsWith("/.")).as(path.toString()).isFalse();
    }
  }
}
