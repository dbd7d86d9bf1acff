package io.headgate.controlplane.cli;

import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "get",
    description =
        "Shows objects: revision, author, and why one is held. -o yaml prints manifests that can be"
            + " applied again (but for secrets, whose data never leaves), -o json everything that"
            + " is known.")
final class GetCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KIND",
      description = "Such as httproute or service; all kinds when left out.")
  @Nullable String kind;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "One object; all of the kind when left out.")
  @Nullable String name;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "With NAME default unless given, else all unless given.")
  @Nullable String namespace;

  @Option(names = "--held", description = "Only objects whose newest value is held.")
  boolean held;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  GetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ApiClient api = server.client(console)) {
      JsonNode answer = api.get(path());
      List<JsonNode> items = new ArrayList<>();
      if (name != null) {
        items.add(answer);
      } else {
        answer.path("items").forEach(items::add);
      }
      switch (output.format) {
        case json -> output.print(answer, console.out());
        case yaml -> manifests(items);
        case table -> table(items);
      }
    }
    return Exit.OK.code();
  }

  private String path() {
    if (name != null && kind != null) {
      String in = namespace == null ? ObjectKey.DEFAULT_NAMESPACE : namespace;
      return ObjectNames.path(ObjectNames.object(kind, name, in));
    }
    if (kind == null && namespace != null) {
      throw CommandFailure.badInput("--namespace needs a KIND");
    }
    return "/objects"
        + (kind == null ? "" : "/" + ObjectNames.kind(kind).keyName())
        + (namespace == null ? "" : "/" + ApiClient.part(ObjectNames.checked(namespace)))
        + (held ? "?held=true" : "");
  }

  private void manifests(List<JsonNode> items) {
    for (JsonNode item : items) {
      console.out().println("---");
      JsonNode object = item.path("object");
      if (object.isObject()) {
        console.out().print(Output.yaml(object));
      } else {
        console.out().println(Table.printable("# " + ObjectNames.of(item) + " cannot be read"));
      }
    }
    console.out().flush();
  }

  private void table(List<JsonNode> items) {
    Table table = new Table("KIND", "NAMESPACE", "NAME", "REVISION", "AUTHOR", "STATE");
    for (JsonNode item : items) {
      table.row(
          item.path("kind").asString(""),
          item.path("namespace").asString(""),
          item.path("name").asString(""),
          Long.toString(item.path("revision").asLong(0)),
          item.path("author").asString(""),
          state(item));
    }
    table.print(console.out());
    for (JsonNode item : items) {
      JsonNode hold = item.path("held");
      if (hold.isObject()) {
        console.out().println(Table.printable("held: " + hold(hold)));
        hold.path("violations").forEach(v -> console.out().println("  " + ApiProblem.violation(v)));
      }
    }
    console.out().flush();
  }

  private static String state(JsonNode item) {
    if (item.path("held").isObject()) {
      return "held";
    }
    for (JsonNode condition : item.path("status").path("conditions")) {
      if (condition.path("status").asString("").equals("False")) {
        return condition.path("type").asString("")
            + "=False ("
            + condition.path("message").asString("")
            + ")";
      }
    }
    return "accepted";
  }

  private static String hold(JsonNode hold) {
    return hold.path("key").asString("")
        + " revision "
        + hold.path("revision").asLong(0)
        + " by "
        + hold.path("author").asString("")
        + ": "
        + hold.path("reason").asString("");
  }
}
