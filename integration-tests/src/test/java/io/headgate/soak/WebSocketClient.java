package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** The client's end of a WebSocket: each message must come back as it was. Thread: its own. */
final class WebSocketClient {
  private static final int SMALL = 1 << 10;
  private static final int LARGE = 200 << 10;

  /** How it gets a tunnel. */
  @FunctionalInterface
  interface Opener {
    Pipe open(String id) throws IOException;
  }

  private final Opener opener;
  private final Tally tally;
  private final RandomGenerator random;

  WebSocketClient(Opener opener, Tally tally, RandomGenerator random) {
    this.opener = opener;
    this.tally = tally;
    this.random = random;
  }

  /** By the upgrade of HTTP/1.1. */
  static Pipe upgrade(SocketPipe pipe, String path, String id) throws IOException {
    pipe.out()
        .write(
            Http1.ascii(
                "GET "
                    + path
                    + " HTTP/1.1\r\nhost: soak\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-version: 13\r\nsec-websocket-key: c29hayBzb2FrIHNvYWs=\r\n"
                    + Exchange.ID
                    + ": "
                    + id
                    + "\r\n\r\n"));
    Http1.Head head = Http1.head(pipe.in());
    if (!head.start().startsWith("HTTP/1.1 101 ")) {
      pipe.close();
      throw new BrokenException(Stage.REFUSED, head.start());
    }
    return pipe;
  }

  /**
   * Opens one, sends messages while it may, and closes it.
   *
   * @param resets whether the client leaves within a message instead
   */
  void session(String id, BooleanSupplier more, boolean resets) throws BrokenException {
    Stage stage = Stage.NO_ANSWER;
    try (Pipe pipe = opener.open(id)) {
      stage = Stage.BEGUN;
      for (int i = 0; more.getAsBoolean(); i++) {
        message(pipe, id + "-" + i);
        tally.message();
      }
      if (resets) {
        byte[] frame = new Frame(true, Frame.BINARY, Exchange.bytes(id, SMALL)).bytes(true);
        pipe.out().write(frame, 0, frame.length / 2);
        pipe.reset();
        return;
      }
      pipe.out().write(new Frame(true, Frame.CLOSE, new byte[] {3, (byte) 0xe8}).bytes(true));
      if (Frame.read(pipe.in()).opcode() != Frame.CLOSE) {
        throw new BrokenException(Stage.WRONG, "the close handshake was not answered");
      }
    } catch (BrokenException e) {
      throw e;
    } catch (IOException e) {
      throw new BrokenException(stage, e);
    }
  }

  private void message(Pipe pipe, String id) throws IOException {
    byte[] message = Exchange.bytes(id, random.nextInt(random.nextInt(20) == 0 ? LARGE : SMALL));
    int cut = random.nextBoolean() ? message.length : message.length / 3;
    Frame first = new Frame(cut == message.length, Frame.BINARY, Arrays.copyOf(message, cut));
    exchange(pipe, first);
    if (!first.fin()) {
      byte[] rest = Arrays.copyOfRange(message, cut, message.length);
      exchange(pipe, new Frame(true, Frame.CONTINUATION, rest));
    }
    if (random.nextInt(10) == 0) {
      pipe.out().write(new Frame(true, Frame.PING, new byte[] {1, 2, 3}).bytes(true));
      same(new Frame(true, Frame.PONG, new byte[] {1, 2, 3}), Frame.read(pipe.in()));
    }
  }

  private static void exchange(Pipe pipe, Frame frame) throws IOException {
    pipe.out().write(frame.bytes(true));
    same(frame, Frame.read(pipe.in()));
  }

  private static void same(Frame sent, Frame got) throws BrokenException {
    if (sent.fin() != got.fin()
        || sent.opcode() != got.opcode()
        || !Arrays.equals(sent.payload(), got.payload())) {
      throw new BrokenException(
          Stage.WRONG,
          "frame "
              + got.opcode()
              + " of "
              + got.payload().length
              + " in the place of "
              + sent.opcode()
              + " of "
              + sent.payload().length);
    }
  }
}
