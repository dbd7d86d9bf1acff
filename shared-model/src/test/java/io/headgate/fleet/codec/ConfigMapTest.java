package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Config maps in manifests. */
class ConfigMapTest {
  private static ManifestDocument read(String data) {
    return FleetReader.manifests(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: roots}
            %s
            """
                .formatted(data))
        .getFirst();
  }

  private static List<String> violations(String data) {
    return read(data).object().violations().stream().map(Violation::toString).toList();
  }

  @Test
  void whatACoreConfigMapHoldsIsTaken() {
    FleetObject map = read("immutable: true\ndata: {ca.crt: text, empty: \"\"}").object().orThrow();
    assertThat(((ConfigMap) map).data()).isEqualTo(Map.of("ca.crt", "text", "empty", ""));
    assertThat(FleetWriter.publicYaml(map)).contains("ca.crt: text").doesNotContain("immutable");
    assertThat(((ConfigMap) read("").object().orThrow()).data()).isEmpty();
  }

  @Test
  void whatCannotBeKeptIsRefusedByName() {
    assertThat(violations("binaryData: {a: AAAA}"))
        .singleElement()
        .asString()
        .contains("binaryData", "is known but not implemented", "put texts under data");
    assertThat(violations("data: {\"a b\": x}"))
        .singleElement()
        .asString()
        .contains("data", "is not a key");
    assertThat(violations("data: {a: " + "x".repeat(1 << 20) + "y}"))
        .singleElement()
        .asString()
        .contains("data", "is longer than 1 MiB in all")
        .hasSizeLessThan(1_000);
  }
}
