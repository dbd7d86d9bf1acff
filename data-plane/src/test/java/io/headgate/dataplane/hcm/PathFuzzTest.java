package io.headgate.dataplane.hcm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.Http1;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.PathRules.EscapedSlashes;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever path comes in, what policy reads afterwards is final: normalising it again changes
 * nothing, no segment climbs, and the bytes that go upstream are the text that policy read.
 */
class PathFuzzTest {
  private static final int CASES = 5_000;
  private static final String[] PIECES = {
    "/", "/", "//", "\\", ".", "..", ";", "%2f", "%2F", "%5c", "%2e", "%2E", "%252e", "%25", "%00",
    "%", "%4", "%zz", "%41", "%7e", "%c0%af", "a", "B", "~", "*", "\"", "|", "{", "admin", ";x=y",
    "?", "&q="
  };

  private static String path(Random random) {
    StringBuilder path = new StringBuilder(random.nextInt(10) == 0 ? "" : "/");
    for (int i = random.nextInt(12); i > 0; i--) {
      path.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  @Test
  void whatPolicyReadsIsFinalAndIsWhatGoesUpstream() {
    Fuzz.replay("paths", CASES, PathFuzzTest::check);
  }

  @Test
  void aPathThatIsLeftAsItIsIsSeen() {
    Fuzz.mustFail(CASES, draw -> check(draw, (head, rules) -> null));
  }

  static void check(Random random) {
    check(random, PathNormaliser::apply);
  }

  private static void check(
      Random random, BiFunction<RequestHead, PathRules, @Nullable LocalReply> normaliser) {
    String path = path(random);
    EscapedSlashes[] all = EscapedSlashes.values();
    EscapedSlashes slashes = all[random.nextInt(all.length)];
    PathRules rules =
        new PathRules(random.nextBoolean(), random.nextBoolean(), slashes, false, false, false);
    RequestHead head = new RequestHead();
    head.path(path);
    LocalReply reply = normaliser.apply(head, rules);
    if (reply != null) {
      assertThat(reply.status()).as(path).isIn(400, 307);
      return;
    }
    String normal = head.path();
    String upstream =
        new String(head.headers().array(), head.pathOffset(), head.pathLength(), ISO_8859_1);
    assertThat(upstream).as("%s with %s", path, rules).isEqualTo(normal);
    assertThat(normaliser.apply(head, rules)).as("%s with %s", normal, rules).isNull();
    assertThat(head.path()).as("%s with %s", path, rules).isEqualTo(normal);
    Http1.Message message = new Http1.Message();
    head.authority("a");
    message.head.copyFrom(head);
    String wire = new String(Http1.write(H1Settings.DEFAULT, message, 1), ISO_8859_1);
    assertThat(wire).as("what is forwarded").startsWith("GET " + normal + " HTTP/1.1\r\n");
    String only = normal.substring(0, head.pathLengthWithoutQuery());
    if (rules.normalizePath()) {
      for (String segment : only.substring(1).split("/", -1)) {
        String plain = segment.replaceAll("(?i)%2e", ".").replaceAll(";.*", "");
        assertThat(plain).as("%s with %s", path, rules).isNotIn(".", "..");
      }
      assertThat(only).as(path).doesNotContain("\\");
    }
    if (rules.mergeSlashes()) {
      assertThat(only).as("%s with %s", path, rules).doesNotContain("//");
    }
  }
}
