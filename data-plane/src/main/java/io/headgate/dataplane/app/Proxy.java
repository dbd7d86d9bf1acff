package io.headgate.dataplane.app;

import io.headgate.dataplane.listener.handover.HandoverException;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.value.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** The program {@code headgate-proxy}. */
public final class Proxy {
  private Proxy() {}

  /** See {@code --help}; exit statuses are those of {@link ExitCode}. */
  public static void main(String[] arguments) throws InterruptedException {
    ExitCode code = run(List.of(arguments), System.getenv());
    System.exit(code.code());
  }

  static ExitCode run(List<String> arguments, Map<String, String> environment)
      throws InterruptedException {
    switch (CommandLine.parse(arguments, environment)) {
      case CommandLine.Parsed.Print(String text) -> {
        System.out.println(text);
        return ExitCode.OK;
      }
      case CommandLine.Parsed.Refused(List<String> problems) -> {
        problems.forEach(problem -> System.err.println("headgate-proxy: " + problem));
        return ExitCode.USAGE;
      }
      case CommandLine.Parsed.Run(Options options) -> {
        // Before the first logger is made.
        System.setProperty("headgate.log.level", options.logLevel());
        return run(options);
      }
    }
  }

  private static ExitCode run(Options options) throws InterruptedException {
    Bootstrap bootstrap;
    try {
      bootstrap = BootstrapLoader.load(options.bootstrap(), options.identity());
    } catch (BootstrapLoader.RefusedException e) {
      e.problems().forEach(problem -> System.err.println("headgate-proxy: " + problem));
      return ExitCode.BOOTSTRAP;
    }
    return new Session(options, bootstrap).run();
  }

  /** One run of the process, from the bootstrap to its end. Thread: main. */
  private static final class Session {
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);

    private final Options options;
    private final Bootstrap bootstrap;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** What ends the wait of main. */
    private sealed interface Event {
      /** SIGTERM or SIGINT. */
      record Signalled(String name) implements Event {}

      /** The proxy can not go on. */
      record Failed(ExitCode code) implements Event {}

      /** A drain is over. */
      record Drained(boolean whole) implements Event {}
    }

    Session(Options options, Bootstrap bootstrap) {
      this.options = options;
      this.bootstrap = bootstrap;
    }

    ExitCode run() throws InterruptedException {
      boolean validate = options.mode() == Options.Mode.VALIDATE;
      ProxyServer.Settings settings =
          new ProxyServer.Settings(
              validate ? 1 : options.concurrency(),
              options.drainTime(),
              options.places().bindAddress(),
              validate ? null : options.places().lastKnownGood(),
              options.bootstrap().ignoreUnknownDynamicFields(),
              validate ? null : options.places().handover(),
              options.places().systemAuthorities());
      try (ProxyServer server = new ProxyServer(bootstrap, settings)) {
        server.build();
        if (validate) {
          System.out.println("configuration OK");
          return ExitCode.OK;
        }
        return serve(server);
      } catch (IllegalArgumentException e) {
        System.err.println("headgate-proxy: " + e.getMessage());
        return ExitCode.BOOTSTRAP;
      }
    }

    private ExitCode serve(ProxyServer server) throws InterruptedException {
      handle("TERM");
      handle("INT");
      var _ = Signal.handle(new Signal("USR1"), _ -> server.reopenLogs());
      log.atInfo()
          .addKeyValue("version", Version.text())
          .addKeyValue("node", bootstrap.node().id())
          .addKeyValue("cluster", bootstrap.node().cluster())
          .addKeyValue("concurrency", options.concurrency())
          .log("headgate-proxy starts");
      var _ = server.failed().thenAccept(code -> events.add(new Event.Failed(code)));
      var _ =
          server
              .live()
              .thenRun(
                  () -> log.atInfo().addKeyValue("source", server.source().kind()).log("live"));
      var _ = server.asked().thenRun(() -> events.add(new Event.Signalled("quitquitquit")));
      var _ = server.handedOver().thenRun(() -> events.add(new Event.Signalled("handover")));
      var _ = server.adminOpen().thenRun(() -> writeAdminAddress(server));
      try {
        server.start();
      } catch (HandoverException e) {
        log.atError()
            .addKeyValue("path", options.places().handover())
            .addKeyValue("reason", e.getMessage())
            .log("the process that runs does not hand its listening sockets over");
        return ExitCode.HANDOVER;
      } catch (IOException e) {
        log.atError()
            .addKeyValue("admin", bootstrap.admin())
            .addKeyValue("reason", e.getMessage())
            .log("the admin interface can not be opened");
        return ExitCode.ADDRESS;
      }
      return switch (events.take()) {
        case Event.Failed(ExitCode code) -> code;
        case Event.Drained _ -> ExitCode.OK;
        case Event.Signalled(String name) -> drain(server, name);
      };
    }

    private ExitCode drain(ProxyServer server, String signal) throws InterruptedException {
      log.atInfo().addKeyValue("signal", signal).log("asked to end");
      Thread.ofPlatform().name("headgate-drain").daemon(true).start(() -> drain(server));
      while (true) {
        switch (events.take()) {
          case Event.Drained(boolean whole) -> {
            log.atInfo().addKeyValue("whole", whole).log("drained");
            return whole ? ExitCode.OK : ExitCode.CUT_OFF;
          }
          case Event.Signalled(String name) -> {
            log.atWarn().addKeyValue("signal", name).log("asked again: the drain is cut off");
            return ExitCode.CUT_OFF;
          }
          case Event.Failed _ -> {}
        }
      }
    }

    private void drain(ProxyServer server) {
      try {
        events.add(new Event.Drained(server.drain()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        events.add(new Event.Drained(false));
      }
    }

    private void writeAdminAddress(ProxyServer server) {
      Path file = options.places().adminAddressFile();
      Address address = bootstrap.admin();
      if (file == null || address == null) {
        return;
      }
      try {
        Files.writeString(
            file,
            new Address(address.host(), server.adminPort()).toString(),
            StandardCharsets.UTF_8);
      } catch (IOException e) {
        log.atError()
            .addKeyValue("file", file)
            .addKeyValue("reason", e.toString())
            .log("the address of the admin interface can not be written");
        events.add(new Event.Failed(ExitCode.ADDRESS));
      }
    }

    private void handle(String signal) {
      var _ =
          Signal.handle(new Signal(signal), got -> events.add(new Event.Signalled(got.getName())));
    }
  }
}
