package io.headgate.controlplane.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "drain", description = "Takes hosts out of use.")
final class DrainCommand {
  private DrainCommand() {}

  static DrainCommand group() {
    return new DrainCommand();
  }

  @Command(name = "host", description = "Sends a host no new requests; those in flight end.")
  static final class Host implements Callable<Integer> {
    @Mixin OverrideOptions options = new OverrideOptions();

    @Option(names = "--undo", description = "Sends it requests again.")
    boolean undo;

    private final Console console;

    Host(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      try (ApiClient api = options.server.client(console)) {
        long revision =
            options
                .host()
                .change(api, body -> body.put("drain", !undo), options.timeToLive, options.reason);
        console
            .out()
            .println(
                options.host() + (undo ? " in use" : " draining") + " at revision " + revision);
        console.out().flush();
      }
      return Exit.OK.code();
    }
  }
}
