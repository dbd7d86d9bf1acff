package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ConnectionInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the corpus, whole, byte by byte, and in two pieces split at every offset. */
class H1CorpusTest {
  private static final H1Settings SETTINGS =
      new H1Settings(2048, 100, H1Settings.Underscores.ALLOW, 0, TestOptions.TRAILERS);
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final ConnectionInfo INFO =
      new ConnectionInfo(
          1, new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2), null);

  static List<Corpus.Case> cases() {
    return Corpus.read("requests.corpus").stream()
        .filter(row -> !row.words().containsKey("only"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outcomeIsTheSameHoweverTheBytesArrive(Corpus.Case row) {
    byte[] raw = row.raw();
    assertThat(run(raw, raw.length)).as("in one piece").isEqualTo(row.expect());
    assertThat(run(raw, 1)).as("byte by byte").isEqualTo(row.expect());
    for (int split = 2; split < raw.length; split++) {
      assertThat(run(raw, split)).as("split at %d", split).isEqualTo(row.expect());
    }
  }

  /** Sends pieces of {@code first} bytes if that is 1, else one of that size and the rest. */
  private static String run(byte[] raw, int first) {
    RecordingAcceptor acceptor = new RecordingAcceptor();
    EmbeddedChannel channel = StillChannel.of(new H1ServerConnection(SETTINGS, INFO, acceptor));
    StringBuilder answers = new StringBuilder();
    int at = 0;
    while (at < raw.length && channel.isOpen()) {
      int n = first == 1 ? 1 : at == 0 ? first : raw.length - at;
      channel.writeInbound(Unpooled.copiedBuffer(raw, at, n));
      channel.runPendingTasks();
      at += n;
    }
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      answers.append(out.toString(ISO_8859_1));
    }
    StringBuilder outcome = new StringBuilder();
    Matcher status = STATUS.matcher(answers);
    while (status.find()) {
      outcome.append(status.group(1)).append(' ');
    }
    outcome.append(channel.isOpen() ? "open" : "closed");
    channel.finishAndReleaseAll();
    assertThat(acceptor.closed).isTrue();
    long complete = acceptor.requests.stream().filter(r -> r.endsWith("| end")).count();
    return outcome + ", " + complete + " complete";
  }
}
