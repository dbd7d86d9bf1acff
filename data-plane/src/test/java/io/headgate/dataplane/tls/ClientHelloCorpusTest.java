package io.headgate.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.tls.ClientHello.Look;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is found in each input of the corpus is what is said of it there. */
class ClientHelloCorpusTest {
  /** An input and what has to be found. */
  private record Seed(String expected, String what, ByteBuf wire) {}

  private static List<Seed> seeds() {
    List<Seed> seeds = new ArrayList<>();
    String said = "";
    for (String line : Fuzz.corpus("client-hello").split("\n", -1)) {
      if (line.startsWith("# ") && line.contains(": ")) {
        said = line.substring(2);
      } else if (!line.startsWith("#") && !line.isEmpty() && !said.isEmpty()) {
        int colon = said.indexOf(": ");
        byte[] input = Base64.getDecoder().decode(line);
        seeds.add(
            new Seed(
                said.substring(0, colon),
                said.substring(colon + 2),
                Unpooled.wrappedBuffer(input, 1, input.length - 1)));
        said = "";
      }
    }
    return seeds;
  }

  @TestFactory
  Stream<DynamicTest> whatIsSaidIsFound() {
    return seeds().stream()
        .map(seed ->
            DynamicTest.dynamicTest(
                seed.what(),
                () ->
                    assertThat(words(ClientHello.look(seed.wire(), ClientHello.MAX_BYTES)))
                        .isEqualTo(seed.expected())));
  }

  @Test
  void everyVerdictIsAmongThem() {
    assertThat(seeds().stream().map(seed -> seed.expected().split(" ", -1)[0]))
        .contains("found", "more", "other", "too-large")
        .hasSizeGreaterThanOrEqualTo(70);
  }

  private static String words(Look look) {
    return switch (look) {
      case Look.More() -> "more";
      case Look.Other() -> "other";
      case Look.TooLarge() -> "too-large";
      case Look.Found(ClientHello hello) ->
          "found "
              + (hello.serverName() == null ? "-" : hello.serverName())
              + " "
              + (hello.alpn().isEmpty() ? "-" : String.join(",", hello.alpn()))
              + (hello.tls13() ? " tls13" : "")
              + (hello.ecdsaSuites() ? " ecdsa" : "")
              + (hello.asksForStaple() ? " staple" : "");
    };
  }
}
