package io.headgate.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One release of the Autobahn test suite: its client, and its conforming server that echoes. */
final class Autobahn {
  private static final Pattern VERDICT =
      Pattern.compile(
          "\"([0-9.]+)\"\\s*:\\s*\\{[^}]*?\"behavior\"\\s*:\\s*\"([^\"]+)\"[^}]*?"
              + "\"behaviorClose\"\\s*:\\s*\"([^\"]+)\"");

  private final Path directory;
  private final List<String> interpreter;
  private final String prelude;
  private final Duration bound;

  private Autobahn(Path directory, List<String> interpreter, String prelude, Duration bound) {
    this.directory = directory;
    this.interpreter = interpreter;
    this.prelude = prelude;
    this.bound = bound;
  }

  /** Release 0.6.4: the 301 cases without compression, run by Jython from jars. */
  static Autobahn basic(Path directory) {
    return new Autobahn(
        directory, jython(), "from autobahntestsuite import wstest\n", Duration.ofMinutes(12));
  }

  /**
   * Release 25.10.1: of its cases the 216 with {@code permessage-deflate}, run by the Python 2.7 of
   * HEADGATE_PYTHON2, or by Jython, which takes three times as long.
   */
  static Autobahn withCompression(Path directory) throws IOException {
    String python = System.getenv("HEADGATE_PYTHON2");
    return new Autobahn(
        directory,
        python == null ? jython() : List.of(python),
        prelude("autobahn_compression.py").formatted(environment("HEADGATE_AUTOBAHN_LONG")),
        Duration.ofHours(3));
  }

  /** Starts the suite's own server and waits until it listens. */
  ManagedProcess server(int port) throws IOException {
    ManagedProcess server =
        start(
            "autobahn-server",
            """
            wstest.start({"mode": "testeeserver", "debug": False, "wsuri": "ws://127.0.0.1:%d",
                "webport": 0, "ident": None})
            """
                .formatted(port));
    awaitListener(port, server);
    return server;
  }

  static void awaitListener(int port, ManagedProcess process) {
    Await.until(
        Duration.ofMinutes(5),
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
   * @param cases patterns of the cases to run
   * @return for each case its verdict and that of its close, for example {@code OK/OK}
   */
  Map<String, String> verdicts(String name, int port, List<String> cases)
      throws IOException, InterruptedException {
    Path out = directory.resolve(name);
    ManagedProcess client =
        start(
            "autobahn-" + name,
            """
            wstest.start({"mode": "fuzzingclient", "debug": False}, {
                "options": {"failByDrop": False}, "outdir": "%s",
                "servers": [{"agent": "run", "url": "ws://127.0.0.1:%d", "options": {"version": 18}}],
                "cases": [%s], "exclude-cases": [], "exclude-agent-cases": {}})
            """
                .formatted(
                    out,
                    port,
                    String.join(
                        ", ", cases.stream().map(pattern -> '"' + pattern + '"').toList())));
    try (client) {
      if (!client.awaitExit(bound) || client.exitCode() != 0) {
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

  private ManagedProcess start(String name, String call) throws IOException {
    Path script = Files.writeString(directory.resolve(name + ".py"), prelude + call);
    List<String> command = new ArrayList<>(interpreter);
    command.add(script.toString());
    return ManagedProcess.start(name, command, Map.of(), directory);
  }

  private static List<String> jython() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        environment("HEADGATE_AUTOBAHN") + File.separator + "*",
        "org.python.util.jython");
  }

  private static String prelude(String resource) throws IOException {
    try (InputStream in = Autobahn.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    }
  }

  private static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is set by integration-tests/suite.sh autobahn [--long]");
  }
}
