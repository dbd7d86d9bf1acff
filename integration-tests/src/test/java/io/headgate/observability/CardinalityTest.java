package io.headgate.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paths, hosts, queries and headers that never come twice add no series and no memory, with a log,
 * traces and metrics switched on. A hundred thousand of them in a build, a million in the suite.
 */
class CardinalityTest {
  private static final int REQUESTS = System.getenv("HEADGATE_FULL") == null ? 100_000 : 1_000_000;
  private static final int WARM_UP = 30_000;
  private static final int AT_ONCE = 100;
  private static final long GROWTH = 4L << 20;

  @Test
  void nothingGrowsWithWhatStrangersSend(@TempDir Path directory) throws Exception {
    List<Integer> ports = Ports.free(Peer.ADDRESS, 2);
    Map<String, String> values = new HashMap<>();
    values.put("admin", Integer.toString(ports.get(0)));
    values.put("web", Integer.toString(ports.get(1)));
    try (ManagedProcess process = Peer.HEADGATE.start("cardinality.yaml", values, directory)) {
      send(ports.get(1), 0, WARM_UP);
      Set<String> series = series(ports.get(0));
      long live = live(process);
      send(ports.get(1), WARM_UP, WARM_UP + REQUESTS);
      assertThat(series(ports.get(0))).isEqualTo(series);
      assertThat(String.join("\n", series)).doesNotContain("path-", "host-", "agent-");
      long grown = live(process) - live;
      assertThat(grown).as("bytes that live on after %s requests", REQUESTS).isLessThan(GROWTH);
      System.out.println(
          "cardinality: "
              + REQUESTS
              + " distinct requests, "
              + series.size()
              + " series before and after, "
              + grown / 1024
              + " KiB more live memory");
    }
  }

  private static Set<String> series(int admin) {
    return Http.get("http://" + Peer.ADDRESS + ":" + admin + "/stats/prometheus")
        .orElseThrow()
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toSet());
  }

  /** Bytes that objects take after a collection. */
  private static long live(ManagedProcess process) throws IOException {
    Process histogram =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (InputStream in = histogram.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      String[] total = text.substring(text.lastIndexOf('\n') + 1).strip().split("\\s+");
      assertThat(total).as(text.substring(0, Math.min(300, text.length()))).startsWith("Total");
      return Long.parseLong(total[2]);
    }
  }

  /** Pipelined, a hundred at a time: each answer has a head of one length and no body. */
  private static void send(int web, int from, int to) throws IOException {
    try (Socket socket = new Socket(Peer.ADDRESS, web)) {
      socket.setSoTimeout(20_000);
      byte[] sink = new byte[1 << 16];
      for (int i = from; i < to; i += AT_ONCE) {
        StringBuilder batch = new StringBuilder();
        for (int n = i; n < i + AT_ONCE; n++) {
          batch
              .append("GET /path-" + n + "/x?q=" + n + " HTTP/1.1\r\nhost: host-" + n)
              .append("\r\nuser-agent: agent-" + n + "\r\nx-own-" + n + ": 1\r\n\r\n");
        }
        socket.getOutputStream().write(batch.toString().getBytes(StandardCharsets.US_ASCII));
        int ends = 0;
        int matched = 0;
        while (ends < AT_ONCE) {
          int read = socket.getInputStream().read(sink);
          assertThat(read).as("the proxy goes on answering").isPositive();
          for (int at = 0; at < read; at++) {
            byte wanted = (byte) (matched % 2 == 0 ? '\r' : '\n');
            matched = sink[at] == wanted ? matched + 1 : sink[at] == '\r' ? 1 : 0;
            if (matched == 4) {
              ends++;
              matched = 0;
            }
          }
        }
      }
    }
  }
}
