package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.bootstrap.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapLoaderTest {
  @TempDir Path directory;

  private static Options.Source yaml(String text) {
    return new Options.Source(null, text, false, false);
  }

  private static List<String> problems(Options.Source source) {
    try {
      BootstrapLoader.load(source, new Options.Identity(null, null));
    } catch (BootstrapLoader.RefusedException e) {
      return e.problems();
    }
    throw new AssertionError("taken");
  }

  @Test
  void namesOfTheNodeComeFromTheFlagsWhenGiven() throws Exception {
    Bootstrap bootstrap =
        BootstrapLoader.load(yaml("node: {id: a, cluster: b}"), new Options.Identity("flag", null));
    assertThat(bootstrap.node().id()).isEqualTo("flag");
    assertThat(bootstrap.node().cluster()).isEqualTo("b");
  }

  @Test
  void textIsMergedOverTheFile() throws Exception {
    Path file = Files.writeString(directory.resolve("b.yaml"), "node: {id: file, cluster: c}");
    Bootstrap bootstrap =
        BootstrapLoader.load(
            new Options.Source(file, "node: {id: text}", false, false),
            new Options.Identity(null, null));
    assertThat(bootstrap.node().id()).isEqualTo("text");
    assertThat(bootstrap.node().cluster()).isEqualTo("c");
  }

  @Test
  void everyProblemIsSaidWithFileAndLine() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.yaml"),
            """
            node:
              id: a
              idd: b
            admin:
              address: {socket_address: {address: 127.0.0.1, port_value: many}}
            """);
    assertThat(problems(new Options.Source(file, null, false, false)))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).startsWith(file.toString()))
        .anySatisfy(problem -> assertThat(problem).contains("line 3").contains("idd"))
        .anySatisfy(problem -> assertThat(problem).contains("line 5").contains("many"));
  }

  @Test
  void aRuleThatIsBrokenIsSaidWithItsLine() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.yaml"),
            """
            node: {id: a}
            static_resources:
              clusters:
              - name: x
                type: LOGICAL_DNS
            """);
    assertThat(problems(new Options.Source(file, null, false, false)))
        .anySatisfy(problem -> assertThat(problem).startsWith(file + ":").contains("type"));
  }

  @Test
  void aFileThatIsNotThereIsAProblem() {
    assertThat(problems(new Options.Source(directory.resolve("none"), null, false, false)))
        .singleElement()
        .asString()
        .contains("can not be read");
  }

  @Test
  void unknownFieldsPassOnlyWhenAllowed() throws Exception {
    Options.Source lenient = new Options.Source(null, "nodes: {}\nnode: {id: a}", true, false);
    assertThat(BootstrapLoader.load(lenient, new Options.Identity(null, null)).node().id())
        .isEqualTo("a");
    assertThat(problems(yaml("nodes: {}"))).isNotEmpty();
  }

  @Test
  void dynamicResourcesNeedTheNodesNames() {
    assertThat(
            problems(
                yaml(
                    """
                    dynamic_resources:
                      ads_config:
                        api_type: GRPC
                        transport_api_version: V3
                        grpc_services: [{envoy_grpc: {cluster_name: x}}]
                    static_resources:
                      clusters:
                      - name: x
                        load_assignment:
                          cluster_name: x
                          endpoints:
                          - lb_endpoints:
                            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}
                    """)))
        .singleElement()
        .asString()
        .contains("--service-node");
  }

  @Test
  void theSamplesAreValid() throws InterruptedException {
    for (String sample : List.of("proxy.yaml", "proxy-static.yaml")) {
      assertThat(
              Proxy.run(
                  List.of("-c", "src/main/dist/conf/" + sample, "--mode", "validate"), Map.of()))
          .as(sample)
          .isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void statusesOfTheProgram() throws InterruptedException {
    assertThat(Proxy.run(List.of("--version"), Map.of())).isEqualTo(ExitCode.OK);
    assertThat(Proxy.run(List.of("--nonsense"), Map.of())).isEqualTo(ExitCode.USAGE);
    assertThat(Proxy.run(List.of("--config-yaml", "nonsense: 1"), Map.of()))
        .isEqualTo(ExitCode.BOOTSTRAP);
  }
}
