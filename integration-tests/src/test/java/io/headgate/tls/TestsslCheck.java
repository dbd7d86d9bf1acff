package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program testssl.sh at a listener with nothing but certificates in its TLS context: protocols,
 * suites, forward secrecy, the server's preferences, known weaknesses. What it says about the
 * certificate is left out: that one is the test's own. Too long for a build: {@code
 * integration-tests/suite.sh tls} runs it.
 */
class TestsslCheck {
  private static final Duration BOUND = Duration.ofMinutes(5);
  private static final Set<String> HARMLESS = Set.of("OK", "INFO", "LOW");

  /** One finding of each part: without it that part was not run. */
  private static final Set<String> PARTS =
      Set.of(
          "TLS1",
          "TLS1_2",
          "TLS1_3",
          "cipherlist_NULL",
          "PFS",
          "cipher_order",
          "heartbleed",
          "ROBOT",
          "secure_client_renego",
          "CRIME_TLS",
          "BEAST",
          "RC4");

  @TempDir private Path directory = Path.of("");

  @Test
  void nothingIsFoundAboveLow() throws IOException, InterruptedException {
    Map<String, String> values = new HashMap<>(new Material(directory).values());
    List<Integer> free = Ports.free(Peer.ADDRESS, 3);
    Door door =
        Door.of(
            "default",
            "common_tls_context: {alpn_protocols: [h2, http/1.1], tls_certificates: [%s, %s]}"
                .formatted(Door.certificate("both_ec"), Door.certificate("both_rsa")));
    values.put("admin", free.get(0).toString());
    values.put("control", free.get(1).toString());
    values.put("clusters", "");
    values.put("listeners", Template.fill(door.yaml(free.get(2)).indent(2), values));
    Path report = directory.resolve("report.csv");
    try (Peer proxy =
            new Peer(
                Peer.HEADGATE, withoutControlPlane(Peer.config()), values, free.get(0), directory);
        ManagedProcess tool =
            ManagedProcess.start(
                "testssl",
                List.of(
                    "testssl",
                    "--quiet",
                    "--color",
                    "0",
                    "--warnings",
                    "off",
                    "--nodns",
                    "none",
                    "--add-ca",
                    Objects.requireNonNull(values.get("servers_ca")),
                    "--csvfile",
                    report.toString(),
                    "-p",
                    "-s",
                    "-f",
                    "-P",
                    "-U",
                    Peer.ADDRESS + ":" + free.get(2)),
                Map.of("TERM", "dumb"),
                directory)) {
      assertThat(tool.awaitExit(BOUND)).as(tool::output).isTrue();
      Map<String, String> severities = new TreeMap<>();
      List<String> grave = new ArrayList<>();
      for (String line : Files.readAllLines(report)) {
        String[] cells = line.replace("\"", "").split(",", -1);
        if (cells.length > 4 && !cells[0].equals("id")) {
          severities.merge(cells[0], cells[3], (a, b) -> a + " " + b);
          // That the OpenSSL of this machine has no GOST is no finding about the listener.
          if (!HARMLESS.contains(cells[3]) && !cells[0].equals("engine_problem")) {
            grave.add(line);
          }
        }
      }
      System.out.println(
          "testssl: " + severities.size() + " findings, " + grave.size() + " above LOW");
      assertThat(grave).as(proxy::output).isEmpty();
      assertThat(severities.keySet()).as(tool::output).containsAll(PARTS);
    }
  }

  static String withoutControlPlane(String config) {
    return config.replaceAll("(?s)dynamic_resources:.*?(?=static_resources:)", "");
  }
}
