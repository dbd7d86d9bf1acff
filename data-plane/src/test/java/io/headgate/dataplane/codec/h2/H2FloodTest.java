package io.headgate.dataplane.codec.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each budget ends its connection with ENHANCE_YOUR_CALM and counts by its own name. */
class H2FloodTest {
  private final Meters meters = new Meters();
  private final RecordingAcceptor acceptor = new RecordingAcceptor();
  private final Wire.Reader reader = new Wire.Reader();
  private final Socket channel = new Socket();

  /** A channel whose peer may stop reading. */
  private final class Socket extends EmbeddedChannel {
    boolean blocked;

    Socket() {
      super(new H2ServerConnection(TestSettings.of(meters), MemoryConnection.INFO, acceptor));
      freezeTime();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (!blocked) {
        super.doWrite(in);
      }
    }
  }

  @AfterEach
  void close() {
    channel.blocked = false;
    channel.finishAndReleaseAll();
  }

  private List<String> send(Wire wire) {
    channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
    channel.runPendingTasks();
    return reader.read(channel);
  }

  private void held(Wire wire, String counter) {
    assertThat(send(wire)).last().asString().matches("GOAWAY \\d+ 11");
    assertThat(TestSettings.count(meters, counter)).isEqualTo(1);
    assertThat(send(Wire.frames().get(9999))).as("nothing is read any more").isEmpty();
  }

  @Test
  void rapidResets() {
    acceptor.answering = false;
    Wire wire = Wire.client();
    for (int i = 0; i < 1001; i++) {
      wire.get(2 * i + 1).reset(2 * i + 1, H2Code.CANCEL);
    }
    held(wire, "headgate_reset_flood_total");
    assertThat(acceptor.requests).filteredOn(r -> r.endsWith("DOWNSTREAM_RESET")).hasSize(1001);
  }

  @Test
  void resetsThatWeAreProvokedInto() {
    Wire wire = Wire.client();
    for (int i = 0; i < 1001; i++) {
      wire.headers(2 * i + 1, false, Wire.POST).window(2 * i + 1, 0);
    }
    held(wire, "headgate_reset_flood_total");
  }

  @Test
  void malformedRequests() {
    Wire wire = Wire.client();
    for (int i = 0; i < 1001; i++) {
      wire.headers(2 * i + 1, true, "A", "b");
    }
    held(wire, "headgate_reset_flood_total");
    assertThat(TestSettings.count(meters, "rx_messaging_error")).isEqualTo(1001);
  }

  @Test
  void streamsBeyondTheLimit() {
    acceptor.answering = false;
    Wire wire = Wire.client();
    for (int i = 0; i < TestSettings.STREAMS + 1001; i++) {
      wire.get(2 * i + 1);
    }
    held(wire, "headgate_reset_flood_total");
    assertThat(TestSettings.count(meters, "headgate_refused_streams_total")).isEqualTo(1001);
  }

  @Test
  void settingsAndPings() {
    Wire wire = Wire.client();
    for (int i = 0; i < 1000; i++) {
      wire = i % 2 == 0 ? wire.settings() : wire.ping(false, i);
    }
    held(wire, "headgate_inbound_control_flood_total");
  }

  @Test
  void unknownFrames() {
    Wire wire = Wire.client();
    for (int i = 0; i < 1000; i++) {
      wire.raw(0xfa, 0, 0, new byte[1]);
    }
    held(wire, "headgate_inbound_control_flood_total");
  }

  @Test
  void answersThatNobodyReads() {
    send(Wire.client());
    channel.blocked = true;
    Wire wire = Wire.frames();
    for (int i = 0; i < TestSettings.OUTBOUND_CONTROL; i++) {
      wire.ping(false, i);
    }
    channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
    assertThat(TestSettings.count(meters, "outbound_control_flood")).isZero();
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.frames().settings().bytes()));
    assertThat(TestSettings.count(meters, "outbound_control_flood")).isEqualTo(1);
  }

  @Test
  void priorities() {
    Wire wire = Wire.client();
    for (int i = 0; i < 101; i++) {
      wire.priority(1, 3);
    }
    held(wire, "inbound_priority_frames_flood");
  }

  @Test
  void windowUpdates() {
    Wire wire = Wire.client().headers(1, false, Wire.POST);
    for (int i = 0; i < 8; i++) {
      wire.window(1, 1);
    }
    held(wire, "inbound_window_update_frames_flood");
  }

  @Test
  void emptyData() {
    held(
        Wire.client().headers(1, false, Wire.POST).data(1, false, "").data(1, false, ""),
        "inbound_empty_frames_flood");
  }

  @Test
  void continuations() {
    Wire wire = Wire.client().raw(Frames.HEADERS, 0, 1, Wire.block(Wire.GET));
    for (int i = 0; i < 33; i++) {
      wire.raw(Frames.CONTINUATION, 0, 1, Wire.block("a" + i, "b"));
    }
    held(wire, "headgate_continuation_flood_total");
  }

  @Test
  void blocksLargerThanAnyHead() {
    Wire wire = Wire.client().raw(Frames.HEADERS, 0, 1, new byte[16000]);
    held(wire.raw(Frames.CONTINUATION, 0, 1, new byte[16000]), "header_overflow");
  }

  @Test
  void aBombOfIndexedFieldsIsAnsweredAndNotKept() {
    byte[] first = Wire.block(Wire.GET);
    ByteBuf bomb = Unpooled.buffer();
    bomb.writeBytes(first).writeByte(0x40).writeByte(1).writeByte('x');
    bomb.writeByte(127).writeByte(((3900 - 127) & 127) | 128).writeByte((3900 - 127) >>> 7);
    for (int i = 0; i < 3900; i++) {
      bomb.writeByte('v');
    }
    for (int i = 0; i < 10_000; i++) {
      bomb.writeByte(0x80 | 62);
    }
    byte[] block = ByteBufUtil.getBytes(bomb);
    assertThat(send(Wire.client().raw(Frames.HEADERS, 5, 1, block)))
        .anyMatch(line -> line.startsWith("HEADERS 1 :status=431"));
    assertThat(TestSettings.count(meters, "header_overflow")).isEqualTo(1);
  }
}
