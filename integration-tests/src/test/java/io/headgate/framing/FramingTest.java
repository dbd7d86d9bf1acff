package io.headgate.framing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The corpora of both protocols, from the client and from the backend, on every proxy. */
class FramingTest {
  private static final int LANES = 8;

  @TempDir static Path directory;
  private static final List<Proxy> PROXIES = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    List<Proxy.Side> sides = new ArrayList<>();
    for (Proxy.Side side : Proxy.Side.values()) {
      sides.addAll(Collections.nCopies(LANES, side));
    }
    for (String name : Comparison.NAMES) {
      PROXIES.add(new Proxy(name, sides, directory));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    for (Proxy proxy : PROXIES) {
      proxy.close();
    }
  }

  @Test
  void requests() throws Exception {
    new Comparison(PROXIES, Proxy.Side.H1)
        .check(
            "requests.corpus",
            Corpus.read(Corpus.H1, "requests.corpus"),
            Corpus.Row::expectOfProxy,
            (lane, quiet, row) -> new Exchange(lane, quiet).request(row));
  }

  @Test
  void responses() throws Exception {
    new Comparison(PROXIES, Proxy.Side.H1)
        .check(
            "responses.corpus",
            Corpus.read(Corpus.H1, "responses.corpus"),
            Exchange::seenByClient,
            (lane, quiet, row) -> new Exchange(lane, quiet).response(row));
  }

  @Test
  void requestsOfHttp2() throws Exception {
    new Comparison(PROXIES, Proxy.Side.H2_CLIENT)
        .check(
            "h2-requests.corpus",
            Corpus.read(Corpus.H2, "requests.corpus"),
            Corpus.Row::expectOfProxy,
            (lane, quiet, row) -> new H2Exchange(lane, quiet).request(row));
  }

  @Test
  void responsesOfHttp2() throws Exception {
    new Comparison(PROXIES, Proxy.Side.H2_BACKEND)
        .check(
            "h2-responses.corpus",
            Corpus.read(Corpus.H2, "responses.corpus"),
            Corpus.Row::expectOfProxy,
            (lane, quiet, row) -> new H2Exchange(lane, quiet).response(row));
  }
}
