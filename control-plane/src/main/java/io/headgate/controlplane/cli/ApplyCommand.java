package io.headgate.controlplane.cli;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.codec.FleetWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "apply",
    description =
        "Writes the objects of manifests. All of them are checked first, here and by a server; with"
            + " one mistake nothing is written.")
final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "A manifest, a directory of them, or - for standard input. May repeat.")
  List<String> files = new ArrayList<>();

  @Option(names = "--dry-run", description = "Check everything and write nothing.")
  boolean dryRun;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
  String reason = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  ApplyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Manifests manifests = Manifests.read(files, console);
    manifests.requireNone();
    // One object a line: every line is JSON, and all of them together are YAML.
    String body =
        manifests.objects().values().stream()
            .map(FleetWriter::storedJson)
            .collect(Collectors.joining("\n---\n", "---\n", "\n"));
    try (ApiClient api = server.client(console)) {
      JsonNode answer = post(api, body, true);
      if (!dryRun) {
        answer = post(api, body, false);
      }
      if (!output.print(answer, console.out())) {
        print(answer, manifests.objects().values().stream().toList());
      }
    }
    return Exit.OK.code();
  }

  private JsonNode post(ApiClient api, String body, boolean dry) {
    return api.send("POST", "/objects?dryRun=" + dry, "application/yaml", body, reason);
  }

  private void print(JsonNode answer, List<FleetObject> objects) {
    for (JsonNode item : answer.path("items")) {
      console
          .out()
          .println(Table.printable(ObjectNames.of(item) + " " + item.path("outcome").asString("")));
    }
    console
        .out()
        .println(
            dryRun
                ? "dry run: " + objects.size() + " would be written, none was"
                : "applied at revision " + answer.path("revision").asLong(0));
    console.out().flush();
  }
}
