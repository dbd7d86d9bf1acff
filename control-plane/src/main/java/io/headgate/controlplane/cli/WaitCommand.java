package io.headgate.controlplane.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "wait",
    description =
        "Waits until every proxy serves what its group has at this revision or a later one. Fails"
            + " at once when an object is held or a proxy refused it.")
final class WaitCommand implements Callable<Integer> {
  private static final Duration STEP = Duration.ofSeconds(20);
  private static final Duration SLACK = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Option(
      names = "--revision",
      paramLabel = "R",
      description = "The revision that apply printed; the newest published when left out.")
  @Nullable Long revision;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long to wait, such as 30s (the default).")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--proxies",
      paramLabel = "N",
      description = "At least so many proxies must be connected (default 1).")
  int proxies = 1;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  WaitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (proxies < 0 || (revision != null && revision < 0)) {
      throw CommandFailure.badInput("--revision and --proxies must not be negative");
    }
    long end = System.nanoTime() + timeout.toNanos();
    try (ApiClient api = server.client(console)) {
      while (true) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        JsonNode answer = ask(api, left);
        String state = answer == null ? "pending" : answer.path("state").asString("");
        boolean over = System.nanoTime() >= end;
        if (answer != null && (over || !state.equals("pending"))) {
          return finish(state, answer);
        }
        if (answer == null) {
          Thread.sleep(PAUSE.toMillis());
        }
      }
    }
  }

  /** Null while no server answers and there is time left. */
  private @Nullable JsonNode ask(ApiClient api, Duration left) {
    Duration step = left.compareTo(STEP) < 0 ? left : STEP;
    String path =
        "/fleet/convergence?timeout="
            + step.toMillis()
            + "ms&proxies="
            + proxies
            + (revision == null ? "" : "&revision=" + revision);
    try {
      return api.get(path, step.plus(SLACK));
    } catch (CommandFailure e) {
      // A control plane that restarts comes back; the time is the user's to spend.
      if (e.exit() == Exit.UNAVAILABLE && left.compareTo(PAUSE) > 0) {
        return null;
      }
      throw e;
    }
  }

  private int finish(String state, JsonNode answer) {
    Exit exit =
        switch (state) {
          case "converged" -> Exit.OK;
          case "failed" -> Exit.FAILED;
          case "pending" -> Exit.TIMEOUT;
          default -> Exit.FAILURE;
        };
    if (!output.print(answer, console.out())) {
      if (exit == Exit.OK) {
        console
            .out()
            .println(
                "%d proxies serve revision %d"
                    .formatted(answer.path("proxies").size(), answer.path("revision").asLong(0)));
      } else {
        console
            .err()
            .println(
                Table.printable(state + ": " + answer.path("reason").asString("no reason given")));
      }
    }
    console.out().flush();
    console.err().flush();
    return exit.code();
  }
}
