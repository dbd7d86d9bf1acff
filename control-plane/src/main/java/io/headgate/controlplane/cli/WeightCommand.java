package io.headgate.controlplane.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "weight", description = "Weights of hosts.")
final class WeightCommand {
  private WeightCommand() {}

  static WeightCommand group() {
    return new WeightCommand();
  }

  @Command(
      name = "set",
      description = "Sets an operator's weight for a host, in place of the host's own.")
  static final class Set implements Callable<Integer> {
    private static final double MAX = 1000;

    @Mixin OverrideOptions options = new OverrideOptions();

    @Parameters(
        index = "2",
        paramLabel = "WEIGHT",
        description = "0 to 1000, where 1 is usual; own takes the operator's weight back.")
    String weight = "";

    private final Console console;

    Set(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      boolean own = weight.equals("own");
      double number = own ? 0 : parse(weight);
      try (ApiClient api = options.server.client(console)) {
        long revision =
            options
                .host()
                .change(
                    api,
                    body -> {
                      if (own) {
                        body.remove("weight");
                      } else {
                        body.put("weight", number);
                      }
                    },
                    options.timeToLive,
                    options.reason);
        console.out().println(options.host() + " weight " + weight + " at revision " + revision);
        console.out().flush();
      }
      return Exit.OK.code();
    }

    private static double parse(String text) {
      if (text.matches("[0-9]{1,4}(\\.[0-9]{1,6})?") && Double.parseDouble(text) <= MAX) {
        return Double.parseDouble(text);
      }
      throw CommandFailure.badInput("not a weight: \"" + text + "\"; use 0 to 1000, or own");
    }
  }
}
