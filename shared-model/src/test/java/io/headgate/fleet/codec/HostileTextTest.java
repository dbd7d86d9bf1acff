package io.headgate.fleet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HostileTextTest {
  private static final ObjectKey KEY = new ObjectKey(Kind.SERVICE, "a", "b");

  private static List<Violation> manifest(String text) {
    return FleetReader.violations(FleetReader.manifests(text));
  }

  @Test
  @Timeout(15)
  void aliasesThatUnfoldWithoutEndAreRefused() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      laughs.append("a%d: &a%d [".formatted(i, i));
      laughs.append("*a%d,".formatted(i - 1).repeat(10)).append("]\n");
    }
    assertThat(manifest(laughs.toString()))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains("aliases written out"));
    assertThat(manifest("a: &a [*a]\n"))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains("no finished anchor"));
  }

  @Test
  @Timeout(15)
  void depthIsBounded() {
    String deep = "[".repeat(100_000);
    assertThat(manifest("a: " + deep)).extracting(Violation::reason).hasSize(1);
    assertThat(manifest("{\"a\":" + deep)).hasSize(1);
    assertThat(FleetReader.object(deep.getBytes(UTF_8), KEY).violations())
        .extracting(Violation::reason)
        .containsExactly("is nested deeper than 64 levels");
    assertThat(manifest("- ".repeat(50_000) + "a")).hasSize(1);
  }

  @Test
  @Timeout(15)
  void lengthIsBounded() {
    String big = "\"" + "a".repeat(3 << 20) + "\"";
    assertThat(FleetReader.object(big.getBytes(UTF_8), KEY).violations())
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).startsWith("is longer than"));
    assertThat(manifest("a".repeat((8 << 20) + 1)))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).startsWith("is longer than"));
  }

  @Test
  @Timeout(15)
  void numbersThatNobodyCanHoldAreRefusedQuickly() {
    for (String number :
        List.of("1e999999999", "1e-999999999", "9".repeat(100_000), "1e99999999999999999999")) {
      assertThat(
              FleetReader.object(
                      "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"ports\":[{\"port\":%s}]}}"
                          .formatted(number)
                          .getBytes(UTF_8),
                      KEY)
                  .violations())
          .extracting(Violation::path)
          .containsExactly("spec.ports[0].port");
    }
  }

  @Test
  @Timeout(15)
  void tagsAndMergeKeysMeanNothing() {
    assertThat(manifest("kind: !!java.net.URL [http://localhost]\n"))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).startsWith("has the unknown tag"));
    assertThat(manifest("kind: Service\napiVersion: v1\n<<: {spec: {}}\n"))
        .extracting(Violation::path)
        .contains("<<");
  }

  @Property(tries = 500)
  void brokenTextsAreViolationsAndNeverExceptions(
      @ForAll @IntRange(min = 0, max = 1200) int at, @ForAll char with) {
    String text = ManifestTest.ROUTE;
    int place = Math.min(at, text.length() - 1);
    String cut = text.substring(0, place) + with + text.substring(place + 1);
    for (ManifestDocument document : FleetReader.manifests(cut)) {
      assertThat(document.object().violations())
          .allSatisfy(v -> assertThat(v.reason()).isNotEmpty());
    }
    String stored = "{\"kind\":\"Service\",\"a\":[1,true,null,\"x\\u0041\"]}";
    int p = Math.min(at, stored.length() - 1);
    String broken = stored.substring(0, p) + with + stored.substring(p + 1);
    assertThat(FleetReader.object(broken.getBytes(UTF_8), KEY).isValid()).isFalse();
  }
}
