package io.headgate.controlplane.app;

import io.headgate.controlplane.api.Principals;
import io.headgate.controlplane.api.TokensFile;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane's main class. {@link ExitCode} says how it ends; SIGTERM and SIGINT drain it.
 */
public final class ControlPlane {
  /** Read by the log configuration. */
  static final String LOG_LEVEL_PROPERTY = "headgate.log.level";

  private ControlPlane() {}

  /** Runs until it is told to stop. */
  public static void main(String[] arguments) {
    ExitCode code = run(List.of(arguments), System.getenv(), System.out, System.err);
    // After a signal the virtual machine is on its way down already, and this does nothing.
    System.exit(code.code());
  }

  static ExitCode run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (!arguments.isEmpty() && arguments.getFirst().equals("hash-token")) {
      return HashToken.run(arguments.subList(1, arguments.size()), out, err);
    }
    CommandLine line = CommandLine.parse(arguments);
    return switch (line.mode()) {
      case HELP -> {
        out.print(CommandLine.help());
        yield ExitCode.OK;
      }
      case VERSION -> {
        out.println("headgate-control-plane " + version());
        yield ExitCode.OK;
      }
      case CHECK, SERVE -> start(line, environment, out, err);
    };
  }

  private static ExitCode start(
      CommandLine line, Map<String, String> environment, PrintStream out, PrintStream err) {
    List<String> problems = new ArrayList<>(line.problems());
    Settings.Result read = Settings.read(line.config(), environment, line.flags());
    Optional<Settings> settings = Optional.empty();
    Optional<Principals> principals = Optional.empty();
    switch (read) {
      case Settings.Result.Bad(List<String> found) -> problems.addAll(found);
      case Settings.Result.Good(Settings good) -> {
        settings = Optional.of(good);
        switch (TokensFile.read(good.api().tokens())) {
          case TokensFile.Result.Bad(List<String> found) -> problems.addAll(found);
          case TokensFile.Result.Good tokens ->
              principals =
                  Optional.of(Principals.of(good.api().tokens(), tokens, Clock.systemUTC()));
        }
      }
    }
    if (!problems.isEmpty() || settings.isEmpty() || principals.isEmpty()) {
      problems.forEach(problem -> err.println("headgate-control-plane: " + problem));
      return ExitCode.BAD_CONFIG;
    }
    if (line.mode() == CommandLine.Mode.CHECK) {
      out.println("the settings are good");
      return ExitCode.OK;
    }
    System.setProperty(LOG_LEVEL_PROPERTY, settings.get().process().logLevel());
    return serve(settings.get(), principals.get(), err);
  }

  private static ExitCode serve(Settings settings, Principals principals, PrintStream err) {
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      Replica replica = new Replica(settings, principals, version(), Clock.systemUTC());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("headgate-stop")
                  .unstarted(() -> {
                    replica.close();
                    stopped.countDown();
                    // Else the virtual machine would end with the signal's number.
                    Runtime.getRuntime().halt(ExitCode.OK.code());
                  }));
      replica.start();
      stopped.await();
      return ExitCode.OK;
    } catch (StartException e) {
      err.println("headgate-control-plane: " + e.getMessage());
      return e.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURE;
    } catch (RuntimeException e) {
      Logger log = LoggerFactory.getLogger(ControlPlane.class);
      log.error("event=start_failed", e);
      return ExitCode.FAILURE;
    }
  }

  static String version() {
    String version = ControlPlane.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
