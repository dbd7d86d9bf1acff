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

@Command(name = "delete", description = "Deletes one object, or all objects of manifests.")
final class DeleteCommand implements Callable<Integer> {
  @Parameters(index = "0", arity = "0..1", paramLabel = "KIND", description = "Such as httproute.")
  @Nullable String kind;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The object's name.")
  @Nullable String name;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "default unless given.")
  String namespace = ObjectKey.DEFAULT_NAMESPACE;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Deletes the objects of a manifest or directory instead; the last one first.")
  List<String> files = new ArrayList<>();

  @Option(names = "--dry-run", description = "Say what would be deleted and delete nothing.")
  boolean dryRun;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
  String reason = "";

  @Mixin ServerOptions server = new ServerOptions();

  private final Console console;

  DeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<ObjectKey> keys = keys();
    try (ApiClient api = server.client(console)) {
      for (ObjectKey key : keys) {
        JsonNode answer =
            api.send("DELETE", ObjectNames.path(key) + "?dryRun=" + dryRun, "", "", reason);
        console
            .out()
            .println(
                key
                    + (dryRun
                        ? " would be deleted"
                        : " deleted at revision " + answer.path("revision").asLong(0)));
        console.out().flush();
      }
    }
    return Exit.OK.code();
  }

  private List<ObjectKey> keys() {
    if (files.isEmpty() && kind != null && name != null) {
      return List.of(ObjectNames.object(kind, name, namespace));
    } else if (files.isEmpty() || kind != null) {
      throw CommandFailure.badInput("name either KIND and NAME, or --file");
    }
    Manifests manifests = Manifests.read(files, console);
    manifests.requireNone();
    return new ArrayList<>(manifests.objects().keySet()).reversed();
  }
}
