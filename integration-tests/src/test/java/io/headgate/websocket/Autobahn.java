package io.headgate.websocket;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Autobahn test suite, run by Jython from the jars in the directory HEADGATE_AUTOBAHN. */
final class Autobahn {
  private static final Duration BOUND = Duration.ofMinutes(12);
  private static final Pattern VERDICT =
      Pattern.compile(
          "\"([0-9.]+)\"\\s*:\\s*\\{[^}]*?\"behavior\"\\s*:\\s*\"([^\"]+)\"[^}]*?"
              + "\"behaviorClose\"\\s*:\\s*\"([^\"]+)\"");

  private final Path directory;

  Autobahn(Path directory) {
    this.directory = directory;
  }

  /** Starts the suite's own conforming server, which echoes, and waits until it listens. */
  ManagedProcess server(int port) throws IOException {
    ManagedProcess server =
        jython(
            "autobahn-server",
            """
            wstest.start({"mode": "testeeserver", "debug": False, "wsuri": "ws://127.0.0.1:%d"})
            """
                .formatted(port));
    awaitListener(port, server);
    return server;
  }

  static void awaitListener(int port, ManagedProcess process) {
    Await.until(
        Duration.ofSeconds(60),
        process::output,
        () -> {
          try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  /**
   * Runs the client against a port.
   *
   * @param excluded patterns of cases that are left out
   * @return for each case its verdict and that of its close, for example {@code OK/OK}
   */
  Map<String, String> verdicts(String name, int port, List<String> excluded)
      throws IOException, InterruptedException {
    Path out = directory.resolve(name);
    ManagedProcess client =
        jython(
            "autobahn-" + name,
            """
            wstest.start({"mode": "fuzzingclient", "debug": False}, {
                "options": {"failByDrop": False}, "outdir": "%s",
                "servers": [{"agent": "run", "url": "ws://127.0.0.1:%d", "options": {"version": 18}}],
                "cases": ["*"], "exclude-cases": [%s], "exclude-agent-cases": {}})
            """
                .formatted(
                    out,
                    port,
                    String.join(
                        ", ", excluded.stream().map(pattern -> '"' + pattern + '"').toList())));
    try (client) {
      if (!client.awaitExit(BOUND) || client.exitCode() != 0) {
        throw new IllegalStateException(name + " did not end well: " + client.output());
      }
    }
    Map<String, String> verdicts = new TreeMap<>();
    Matcher matcher = VERDICT.matcher(Files.readString(out.resolve("index.json")));
    while (matcher.find()) {
      verdicts.put(matcher.group(1), matcher.group(2) + "/" + matcher.group(3));
    }
    return verdicts;
  }

  private ManagedProcess jython(String name, String call) throws IOException {
    String jars =
        Objects.requireNonNull(
            System.getenv("HEADGATE_AUTOBAHN"),
            "HEADGATE_AUTOBAHN names the jars' directory; integration-tests/suite.sh sets it");
    Path script =
        Files.writeString(
            directory.resolve(name + ".py"), "from autobahntestsuite import wstest\n" + call);
    return ManagedProcess.start(
        name,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            jars + File.separator + "*",
            "org.python.util.jython",
            script.toString()),
        Map.of(),
        directory);
  }
}
