package io.headgate.controlplane.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The two ways out when etcd is no longer the one that the control planes knew. */
final class SourceCommands {
  private SourceCommands() {}

  @Command(
      name = "restore",
      description =
          "Writes the config that the control planes hold back into an etcd that lost it.")
  static final class Restore implements Callable<Integer> {
    @Option(
        names = "--from-image",
        required = true,
        description = "Says that the image which is held is meant; there is no other source.")
    boolean fromImage;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
    String reason = "";

    @Mixin ServerOptions server = new ServerOptions();

    private final Console console;

    Restore(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return post(server, console, "restore", reason);
    }
  }

  @Command(
      name = "accept-etcd",
      description =
          "Takes what etcd holds now in place of the config that the control planes hold.")
  static final class AcceptEtcd implements Callable<Integer> {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
    String reason = "";

    @Mixin ServerOptions server = new ServerOptions();

    private final Console console;

    AcceptEtcd(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return post(server, console, "accept-etcd", reason);
    }
  }

  private static int post(ServerOptions server, Console console, String action, String reason) {
    try (ApiClient api = server.client(console)) {
      var answer = api.send("POST", "/source/" + action, "", "", reason);
      console
          .out()
          .println(
              Table.printable(answer.path("outcome").asString("done"))
                  + " at revision "
                  + answer.path("revision").asLong(0));
      console.out().flush();
    }
    return Exit.OK.code();
  }
}
