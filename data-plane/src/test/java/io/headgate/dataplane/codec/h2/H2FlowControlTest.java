package io.headgate.dataplane.codec.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows of both directions, turns, and backpressure of one stream beside the others. */
class H2FlowControlTest {
  private final RecordingAcceptor acceptor = new RecordingAcceptor();
  private final Wire.Reader reader = new Wire.Reader();
  private final EmbeddedChannel channel =
      StillChannel.of(
          new H2ServerConnection(TestSettings.of(new Meters()), MemoryConnection.INFO, acceptor));

  @BeforeEach
  void start() {
    acceptor.answering = false;
    send(Wire.client().ack());
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private List<String> send(Wire wire) {
    channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
    return said();
  }

  private List<String> said() {
    channel.runPendingTasks();
    return reader.read(channel);
  }

  private ServerStream head(int index) {
    ServerStream stream = acceptor.streams.get(index);
    stream.sendHead(new ResponseHead(), false);
    return stream;
  }

  private static ByteBuf bytes(int n) {
    return Unpooled.wrappedBuffer(new byte[n]);
  }

  @Test
  void aBodyWaitsForTheWindowOfItsStream() {
    send(Wire.frames().settings(Frames.SETTING_INITIAL_WINDOW_SIZE, 10).get(1));
    ServerStream stream = head(0);
    stream.sendData(bytes(25), true);
    assertThat(said()).endsWith("DATA 1 " + "\0".repeat(10));
    assertThat(send(Wire.frames().window(1, 10))).containsExactly("DATA 1 " + "\0".repeat(10));
    assertThat(send(Wire.frames().settings(Frames.SETTING_INITIAL_WINDOW_SIZE, 4)))
        .as("the window is negative now")
        .containsExactly("SETTINGS ack");
    assertThat(send(Wire.frames().window(1, 6))).isEmpty();
    assertThat(send(Wire.frames().window(1, 5)))
        .containsExactly("DATA 1 " + "\0".repeat(5) + " end");
  }

  @Test
  void streamsTakeTurnsUnderTheWindowOfTheConnection() {
    send(Wire.frames().get(1).get(3));
    head(0).sendData(bytes(40_000), true);
    head(1).sendData(bytes(40_000), true);
    assertThat(said())
        .filteredOn(line -> line.startsWith("DATA"))
        .containsExactly(
            "DATA 1 16384 bytes", "DATA 3 16384 bytes", "DATA 1 16384 bytes", "DATA 3 16383 bytes");
    assertThat(send(Wire.frames().window(0, 100_000)))
        .containsExactlyInAnyOrder("DATA 1 7232 bytes end", "DATA 3 7233 bytes end");
  }

  @Test
  void aStreamWithoutWindowDoesNotHinderOthers() {
    send(Wire.frames().settings(Frames.SETTING_INITIAL_WINDOW_SIZE, 0).get(1).get(3));
    ServerStream slow = head(0);
    slow.sendData(bytes(TestSettings.BUFFER), false);
    assertThat(slow.isWritable()).isFalse();
    ServerStream fast = head(1);
    assertThat(fast.isWritable()).isTrue();
    fast.sendData(bytes(5), true);
    said();
    assertThat(send(Wire.frames().window(3, 5))).containsExactly("DATA 3 \0\0\0\0\0 end");
    assertThat(send(Wire.frames().window(1, 400))).containsExactly("DATA 1 400 bytes");
    assertThat(slow.isWritable()).as("above the low mark").isFalse();
    send(Wire.frames().window(1, 100));
    assertThat(slow.isWritable()).isTrue();
  }

  @Test
  void trailersFollowTheBodyThatWaits() {
    send(Wire.frames().settings(Frames.SETTING_INITIAL_WINDOW_SIZE, 1).get(1));
    ServerStream stream = head(0);
    stream.sendData(bytes(2), false);
    HeaderBlock trailers = new HeaderBlock();
    trailers.add(HeaderName.of("grpc-status"), "0");
    stream.sendTrailers(trailers);
    trailers.clear();
    assertThat(said()).endsWith("DATA 1 \0");
    assertThat(send(Wire.frames().window(1, 1)))
        .containsExactly("DATA 1 \0", "HEADERS 1 grpc-status=0 end");
  }

  @Test
  void windowIsGivenBackAsBodiesAreTaken() {
    send(Wire.frames().headers(1, false, Wire.POST));
    String piece = "x".repeat(16384);
    assertThat(send(Wire.frames().data(1, false, piece))).isEmpty();
    assertThat(send(Wire.frames().data(1, false, piece)))
        .containsExactly("WINDOW_UPDATE 0 32768", "WINDOW_UPDATE 1 32768");
  }

  @Test
  void aPausedStreamKeepsItsBytesAndItsWindow() {
    send(Wire.frames().headers(1, false, Wire.POST).headers(3, false, Wire.POST));
    ServerStream slow = acceptor.streams.get(0);
    slow.pause();
    String piece = "x".repeat(16000);
    send(Wire.frames().data(1, false, piece).data(1, true, "last"));
    for (int i = 0; i < 20; i++) {
      assertThat(send(Wire.frames().data(3, i == 19, piece)))
          .noneMatch(line -> line.startsWith("WINDOW_UPDATE 1"));
    }
    assertThat(acceptor.requests).as("the other stream is served").hasSize(1);
    slow.resume();
    assertThat(acceptor.requests).as("never inside the call").hasSize(1);
    said();
    assertThat(acceptor.requests)
        .last()
        .asString()
        .isEqualTo("POST http a.test /up |" + piece + "last| end");
  }

  @Test
  void trailersWaitForAPausedStreamToo() {
    send(Wire.frames().headers(1, false, Wire.POST));
    ServerStream slow = acceptor.streams.get(0);
    slow.pause();
    send(Wire.frames().data(1, false, "body").headers(1, true, "x-sum", "4"));
    assertThat(acceptor.requests).isEmpty();
    slow.resume();
    said();
    assertThat(acceptor.requests).containsExactly("POST http a.test /up |body| x-sum: 4 | end");
  }

  @Test
  void aResetWhilePausedLetsGoOfWhatWaits() {
    send(Wire.frames().headers(1, false, Wire.POST));
    acceptor.streams.get(0).pause();
    String piece = "x".repeat(16384);
    List<String> said = send(Wire.frames().data(1, false, piece).data(1, false, piece).reset(1, 8));
    assertThat(acceptor.requests).containsExactly("POST http a.test /up || reset DOWNSTREAM_RESET");
    assertThat(said).containsExactly("WINDOW_UPDATE 0 32768");
  }

  @Test
  void moreThanTheWindowIsAnError() {
    send(Wire.frames().headers(1, false, Wire.POST));
    acceptor.streams.get(0).pause();
    Wire wire = Wire.frames();
    for (int i = 0; i < 4; i++) {
      wire.data(1, false, "x".repeat(16384));
    }
    assertThat(send(wire)).last().isEqualTo("GOAWAY 1 3");
  }

  @Test
  void paddingIsGivenBackAtOnce() {
    send(Wire.frames().headers(1, false, Wire.POST));
    Wire wire = Wire.frames();
    for (int i = 0; i < 129; i++) {
      byte[] padded = new byte[257];
      padded[0] = (byte) 255;
      wire.raw(Frames.DATA, Frames.PADDED, 1, padded);
    }
    assertThat(send(wire)).contains("WINDOW_UPDATE 0 32895");
  }
}
