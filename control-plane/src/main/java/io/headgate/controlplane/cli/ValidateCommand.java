package io.headgate.controlplane.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "validate",
    description =
        "Checks manifests without a server. What only the whole fleet can tell is not looked at.")
final class ValidateCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "A manifest, a directory of them, or - for standard input. May repeat.")
  List<String> files = new ArrayList<>();

  private final Console console;

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Manifests manifests = Manifests.read(files, console);
    manifests.requireNone();
    manifests
        .places()
        .forEach(
            (key, place) -> console.out().println(Table.printable(place + ": " + key + " valid")));
    console.out().flush();
    return Exit.OK.code();
  }
}
