package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.codec.FleetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyCommandTest {
  private static final String SERVICE =
      """
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: cart}
      spec: {ports: [{port: 80}]}
      """;
  private static final String APPLIED =
      "{\"revision\":1054,\"items\":[{\"kind\":\"service\",\"namespace\":\"default\",\"name\":\"cart\",\"outcome\":\"created\"}]}";

  @TempDir Path dir;

  private String file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text).toString();
  }

  @Test
  void everythingIsCheckedDryBeforeItIsWritten() throws IOException {
    try (FakeApi api = new FakeApi()) {
      api.on("POST", "/objects?dryRun=true&reason=caf%C3%A9%20first", 200, APPLIED)
          .on("POST", "/objects?dryRun=false&reason=caf%C3%A9%20first", 200, APPLIED);
      file("a.yaml", SERVICE);
      file("b.yml", SERVICE.replace("cart", "stock"));
      file("notes.txt", "not a manifest");

      Run run = Run.at(api, "apply", "-f", dir.toString(), "--reason", "café first");

      assertThat(run.code()).isEqualTo(Exit.OK.code());
      assertThat(run.out())
          .contains("service/default/cart created")
          .endsWith("applied at revision 1054\n");
      assertThat(api.asked).hasSize(2);
      assertThat(FleetReader.manifests(api.asked.get(1).body()))
          .extracting(d -> d.object().orThrow().key().toString())
          .containsExactly("service/default/cart", "service/default/stock");
    }
  }

  @Test
  void everyMistakeOfEveryFileIsPrintedAndNothingIsSent() throws IOException {
    try (FakeApi api = new FakeApi()) {
      String first = file("first.yaml", SERVICE.replace("port: 80", "port: 0, portt: 1"));
      String second = file("second.yaml", "\n" + SERVICE.replace("cart", "Cart"));

      Run run = Run.at(api, "apply", "-f", first, "-f", second);

      assertThat(run.code()).isEqualTo(Exit.BAD_INPUT.code());
      assertThat(run.err())
          .contains(first + ":4: Service default/cart: spec.ports[0].port: \"0\": is not a port")
          .contains(first + ":4: Service default/cart: spec.ports[0].portt: ")
          .contains(second + ":4: Service default/Cart: metadata.name: \"Cart\": ")
          .contains("3 mistakes; nothing was written");
      assertThat(api.asked).isEmpty();
    }
  }

  @Test
  void anObjectThatStandsTwiceIsAMistake() throws IOException {
    String file = file("twice.yaml", SERVICE + "---\n" + SERVICE);
    Run run = Run.of(Map.of(), "", "validate", "-f", file);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(file + ":6: service/default/cart: stands already in " + file + ":1");
  }

  @Test
  void whatTheServerRefusesIsPrintedAndNothingIsWritten() {
    try (FakeApi api = new FakeApi()) {
      api.on(
          "POST",
          "/objects?dryRun=true",
          422,
          "{\"title\":\"1"
              + " violation\",\"violations\":[{\"object\":\"service/default/cart\",\"path\":\"spec\",\"value\":\"\\u001b[31m\",\"reason\":\"clashes\",\"fix\":\"rename"
              + " it\"}]}");

      Run run =
          Run.of(
              Map.of("HEADGATE_SERVER", api.url(), "HEADGATE_TOKEN", FakeApi.TOKEN),
              SERVICE,
              "apply",
              "-f",
              "-");

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err())
          .isEqualTo("service/default/cart: spec: \"\uFFFD[31m\": clashes; rename it\n");
      assertThat(api.asked).hasSize(1);
    }
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    try (FakeApi api = new FakeApi()) {
      api.on("POST", "/objects?dryRun=true", 200, APPLIED);
      Run run = Run.at(api, "apply", "-f", file("a.yaml", SERVICE), "--dry-run");
      assertThat(run.code()).isZero();
      assertThat(run.out()).endsWith("dry run: 1 would be written, none was\n");
      assertThat(api.asked).hasSize(1);
    }
  }

  @Test
  void validateNeedsNoServer() throws IOException {
    String file = file("a.yaml", SERVICE);
    Run run = Run.of(Map.of(), "", "validate", "-f", file);
    assertThat(run).isEqualTo(new Run(0, file + ":1: service/default/cart valid\n", ""));
    assertThat(Run.of(Map.of(), "", "validate", "-f", dir + "/none.yaml").code()).isEqualTo(2);
    assertThat(Run.of(Map.of(), "# nothing", "validate", "-f", "-").err())
        .isEqualTo("no object in -\n");
  }
}
