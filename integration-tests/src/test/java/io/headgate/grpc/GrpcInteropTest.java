package io.headgate.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each interoperability case of the Go client against the Go server with the proxy between them, in
 * clear text and over TLS to the proxy.
 */
class GrpcInteropTest {

  /** Cases of the client that are run: all but those for cloud credentials and load reports. */
  private static final List<String> CASES =
      List.of(
          "cancel_after_begin",
          "cancel_after_first_response",
          "client_streaming",
          "custom_metadata",
          "empty_stream",
          "empty_unary",
          "large_unary",
          "pick_first_unary",
          "ping_pong",
          "server_streaming",
          "special_status_message",
          "status_code_and_message",
          "timeout_on_sleeping_server",
          "unimplemented_method",
          "unimplemented_service");

  private static final Set<String> NEED_CREDENTIALS =
      Set.of(
          "compute_engine_channel_credentials",
          "compute_engine_creds",
          "google_default_credentials",
          "jwt_token_creds",
          "oauth2_auth_token",
          "per_rpc_creds",
          "service_account_creds");

  private static final String ADDRESS = "127.0.0.1";

  @TempDir static Path directory;

  private static final List<ManagedProcess> PROCESSES = new ArrayList<>();
  private static String client = "";
  private static Path certificates = Path.of("");
  private static int clear;
  private static int secure;

  @BeforeAll
  static void start() throws IOException {
    GoPrograms go = new GoPrograms(directory);
    client = go.build("client", "google.golang.org/grpc/interop/client");
    String server = go.build("server", "./server");
    certificates = go.library().resolve("testdata");
    List<Integer> ports = Ports.free(ADDRESS, 4);
    clear = ports.get(0);
    secure = ports.get(1);
    run("server", List.of(server, "-address", ADDRESS + ":" + ports.get(2)));
    Path bootstrap = directory.resolve("proxy.yaml");
    Files.writeString(bootstrap, bootstrap(ports.get(2), ports.get(3)));
    run("proxy", Installation.find().proxy(bootstrap, 2));
    for (int port : ports) {
      await().atMost(Duration.ofSeconds(30)).until(() -> accepts(port));
    }
    System.out.println("cases, in clear text and over TLS: " + CASES);
  }

  private static void run(String name, List<String> command) {
    PROCESSES.add(ManagedProcess.start(name, command, Map.of(), directory));
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getByName(ADDRESS), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String bootstrap(int server, int admin) throws IOException {
    try (var in = GrpcInteropTest.class.getResourceAsStream("proxy.yaml")) {
      if (in == null) {
        throw new IOException("no proxy.yaml beside the test");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("${admin}", Integer.toString(admin))
          .replace("${clear}", Integer.toString(clear))
          .replace("${secure}", Integer.toString(secure))
          .replace("${server}", Integer.toString(server))
          .replace("${certificates}", certificates.toString());
    }
  }

  @AfterAll
  static void stop() {
    PROCESSES.reversed().forEach(ManagedProcess::close);
  }

  static Stream<Arguments> runs() {
    return CASES.stream().flatMap(c -> Stream.of(Arguments.of(c, false), Arguments.of(c, true)));
  }

  @ParameterizedTest(name = "{0}, TLS: {1}")
  @MethodSource("runs")
  void passes(String name, boolean tls) {
    List<String> command =
        new ArrayList<>(
            List.of(
                client, "-server_host", ADDRESS, "-server_port", port(tls), "-test_case", name));
    if (tls) {
      command.addAll(
          List.of(
              "-use_tls",
              "-use_test_ca",
              "-ca_file",
              certificates.resolve("ca.pem").toString(),
              "-server_host_override",
              "foo.test.google.fr"));
    }
    new GoPrograms.Run(directory, command, 30).output();
  }

  private static String port(boolean tls) {
    return Integer.toString(tls ? secure : clear);
  }

  @Test
  void noCaseOfTheClientIsMissing() {
    String help = new GoPrograms.Run(directory, List.of(client, "-h"), 30).result().text();
    Set<String> offered = new TreeSet<>();
    String cases = help.substring(help.indexOf("Valid options are:"));
    Matcher line = Pattern.compile("(?m)^\\s+([a-z0-9_]+) ?: ").matcher(cases);
    while (line.find()) {
      offered.add(line.group(1));
    }
    offered.removeIf(name -> name.startsWith("orca_") || NEED_CREDENTIALS.contains(name));
    assertThat(offered).containsExactlyInAnyOrderElementsOf(CASES);
  }
}
