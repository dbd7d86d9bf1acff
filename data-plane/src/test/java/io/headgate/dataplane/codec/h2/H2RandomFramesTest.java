package io.headgate.dataplane.codec.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Sequences of frames, most of them legal, with an application that answers, pauses and resets at
 * random: nothing is thrown, every buffer is released, and every stream comes to its end.
 */
class H2RandomFramesTest {
  private static final int SEQUENCES = 300;
  private static final int LENGTH = 40;
  private static final long ALLOWED = TestSettings.STREAMS;

  private static String[] fields(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Wire.with(Wire.POST, "content-length", Integer.toString(random.nextInt(40)));
      case 1 -> Wire.with(Wire.GET, "cookie", "a", "cookie", "b");
      case 2 -> Wire.with(Wire.GET, "Bad", "x");
      case 3 -> Wire.with(Wire.GET, "x", "v".repeat(random.nextInt(5000)));
      case 4 -> new String[] {"grpc-status", "0"};
      default -> random.nextBoolean() ? Wire.GET : Wire.POST;
    };
  }

  private static void frame(Wire wire, Random random, int[] next) {
    int id =
        random.nextInt(4) == 0 ? random.nextInt(12) : Math.max(1, next[0] - 2 * random.nextInt(4));
    boolean end = random.nextBoolean();
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> {
        int flags = Frames.END_HEADERS | (end ? Frames.END_STREAM : 0);
        wire.raw(Frames.HEADERS, flags, next[0], Wire.block(fields(random)));
        next[0] += 2;
      }
      case 4, 5, 6 -> wire.data(id, end, "d".repeat(random.nextInt(60)));
      case 7 -> wire.headers(id, end, fields(random));
      case 8 -> wire.window(random.nextBoolean() ? 0 : id, random.nextInt(5000));
      case 9 -> wire.reset(id, random.nextInt(14));
      case 10 -> wire.settings(Frames.SETTING_INITIAL_WINDOW_SIZE, random.nextInt(300));
      case 11 -> wire.ping(random.nextBoolean(), random.nextLong());
      case 12 -> wire.priority(id, random.nextInt(12));
      default -> {
        byte[] noise = new byte[random.nextInt(20)];
        random.nextBytes(noise);
        wire.raw(random.nextInt(12), random.nextInt(256), id, noise);
      }
    }
  }

  private static void act(RecordingAcceptor acceptor, Random random) {
    if (acceptor.streams.isEmpty()) {
      return;
    }
    ServerStream stream = acceptor.streams.get(random.nextInt(acceptor.streams.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> RecordingAcceptor.answer(stream, 200, "x".repeat(random.nextInt(400)));
      case 2 -> stream.sendHead(new ResponseHead(), false);
      case 3 -> stream.sendData(Unpooled.copiedBuffer(new byte[random.nextInt(900)]), false);
      case 4 -> {
        HeaderBlock trailers = new HeaderBlock();
        trailers.add(HeaderName.of("grpc-status"), "0");
        stream.sendTrailers(trailers);
      }
      case 5 -> stream.pause();
      case 6 -> stream.resume();
      default -> stream.reset(ProxyError.of(ErrorKind.UPSTREAM_RESET));
    }
  }

  @Test
  void nothingIsThrownAndNothingIsLeft() {
    Fuzz.replay("h2-server-frames", SEQUENCES, H2RandomFramesTest::run);
  }

  @Test
  void theClientsSideHoldsTooAndEveryExchangeEndsOnce() {
    Fuzz.replay("h2-client-frames", SEQUENCES, H2RandomFramesTest::runClient);
  }

  @Test
  void aBufferThatIsLeftIsSeen() {
    Fuzz.mustFail(SEQUENCES, draw -> run(draw, 1));
  }

  /** Counts the ends of one exchange. */
  private static final class Ends implements ResponseReceiver {
    int ends;

    private void end(boolean end) {
      ends += end ? 1 : 0;
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head, boolean endStream) {
      end(endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      data.release();
      end(endStream);
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      end(true);
    }

    @Override
    public void onReset(ProxyError error) {
      end(true);
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}
  }

  private static final class NoPool implements ClientConnection.Listener {
    @Override
    public void onStreamAvailable(ClientConnection connection) {}

    @Override
    public void onDraining(ClientConnection connection) {}

    @Override
    public void onClosed(ClientConnection connection) {}
  }

  static void runClient(Random random) {
    H2ClientConnection connection =
        new H2ClientConnection(TestSettings.of(new Meters()), new NoPool());
    EmbeddedChannel channel = StillChannel.of(connection);
    List<Ends> exchanges = new ArrayList<>();
    List<ClientStream> streams = new ArrayList<>();
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.frames().settings().ack().bytes()));
    int[] next = {1};
    for (int i = 0; i < LENGTH && channel.isOpen(); i++) {
      if (connection.availableStreams() > 0) {
        Ends ends = new Ends();
        ClientStream stream = connection.newStream(ends);
        RequestHead head = new RequestHead();
        head.authority("b.test");
        head.path("/");
        stream.sendHead(head, random.nextBoolean());
        stream.sendData(Unpooled.copiedBuffer(new byte[random.nextInt(900)]), false);
        exchanges.add(ends);
        streams.add(stream);
      }
      Wire wire = Wire.frames();
      int id = 2 * random.nextInt(exchanges.size()) + 1;
      switch (random.nextInt(5)) {
        case 0 -> wire.headers(id, random.nextBoolean(), ":status", "200", "a", "b");
        case 1 -> wire.headers(id, random.nextBoolean(), ":status", "10" + random.nextInt(4));
        case 2 -> wire.data(id, random.nextBoolean(), "d".repeat(random.nextInt(50)));
        case 3 -> {
          ClientStream stream = streams.get(random.nextInt(streams.size()));
          if (random.nextBoolean()) {
            stream.pause();
          } else {
            stream.resume();
          }
        }
        default -> {
          frame(wire, random, next);
          next[0] = id;
        }
      }
      channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
      channel.runPendingTasks();
    }
    streams.forEach(ClientStream::resume);
    channel.runPendingTasks();
    channel.finishAndReleaseAll();
    channel.runPendingTasks();
    channel.checkException();
    assertThat(connection.activeStreams()).isZero();
    assertThat(exchanges).allMatch(ends -> ends.ends == 1);
  }

  static void run(Random random) {
    run(random, 0);
  }

  /** Runs a sequence with so many buffers kept by mistake. */
  private static void run(Random random, int leaks) {
    Meters meters = new Meters();
    RecordingAcceptor acceptor = new RecordingAcceptor();
    acceptor.answering = random.nextBoolean();
    EmbeddedChannel channel =
        StillChannel.of(
            new H2ServerConnection(TestSettings.of(meters), MemoryConnection.INFO, acceptor));
    List<ByteBuf> pieces = new ArrayList<>();
    int[] next = {1};
    Wire first = Wire.client();
    for (int i = 0; i < LENGTH && channel.isOpen(); i++) {
      Wire wire = i == 0 ? first : Wire.frames();
      frame(wire, random, next);
      byte[] bytes = wire.bytes();
      int cut = random.nextInt(bytes.length + 1);
      for (int from = 0; from < bytes.length && channel.isOpen(); ) {
        int to = from < cut ? cut : bytes.length;
        ByteBuf piece = PooledByteBufAllocator.DEFAULT.buffer();
        piece.writeBytes(bytes, from, to - from);
        pieces.add(pieces.size() < leaks ? piece.retain() : piece);
        channel.writeInbound(piece);
        from = to;
      }
      act(acceptor, random);
      channel.runPendingTasks();
      assertThat(activeStreams(meters)).as("streams that are allowed").isBetween(0L, ALLOWED);
    }
    channel.checkException();
    channel.finishAndReleaseAll();
    channel.runPendingTasks();
    channel.checkException();
    assertThat(acceptor.closed).isTrue();
    boolean released = pieces.stream().allMatch(piece -> piece.refCnt() == 0);
    pieces.stream().limit(leaks).forEach(ByteBuf::release);
    assertThat(released).as("every buffer is released").isTrue();
    assertThat(activeStreams(meters)).isZero();
  }

  private static long activeStreams(Meters meters) {
    return meters.all().stream()
        .filter(meter -> meter.name().equals("http2.streams_active"))
        .mapToLong(meter -> ((Meters.GaugeMeter) meter).gauge().value())
        .sum();
  }
}
