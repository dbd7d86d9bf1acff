package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A backend that speaks HTTP/2: answers {@code ok}, or for a case once the frames that it is given.
 * Behind each probe it retires its connection, so that every case begins on a new one.
 */
final class H2Origin implements Backend {
  private static final byte[] SETTINGS = FrameText.bytes("SETTINGS", "0");
  private static final byte[] ACK = FrameText.bytes("SETTINGS", "0 ACK");
  private static final byte[] RETIRE = FrameText.bytes("GOAWAY", "0 u4:2147483647 u4:0");

  /** What comes for the next stream that is no probe, or for the whole next connection. */
  record Script(byte[] raw, boolean bare, boolean eof) {}

  /** A word of the script may have been said, or something was heard. */
  final Semaphore news = new Semaphore(0);

  volatile @Nullable Script script;

  /** Hears the connection that got the script. */
  volatile Ear heard = new Ear();

  volatile int scriptedOn;
  volatile int probedOn;

  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;

  H2Origin() {
    try {
      server = new ServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        int number = connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, number));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      in.skipNBytes(Ear.PREFACE.length);
      Ear ear = new Ear();
      Script now = script;
      if (now != null && now.bare()) {
        play(now, number, ear, out);
      } else {
        out.write(SETTINGS);
      }
      while (true) {
        Ear.Frame frame = frame(in);
        Http2Headers head = ear.take(frame);
        news.release();
        if (frame.is("SETTINGS") && !frame.has(1)) {
          out.write(ACK);
        } else if (frame.is("PING") && !frame.has(1)) {
          byte[] pong = Ear.PING.clone();
          pong[4] = 1;
          System.arraycopy(frame.payload(), 0, pong, 9, 8);
          out.write(pong);
        }
        Script next = script;
        if (head == null) {
          continue;
        }
        if ("/probe".contentEquals(String.valueOf(head.path()))) {
          probedOn = number;
          out.write(ok(frame.stream()));
          out.write(RETIRE);
        } else if (next != null) {
          play(next, number, ear, out);
          if (next.eof()) {
            return;
          }
        }
      }
    } catch (IOException e) {
      // The proxy went away.
    } finally {
      open.remove(socket);
      news.release();
    }
  }

  private void play(Script now, int number, Ear ear, OutputStream out) throws IOException {
    script = null;
    scriptedOn = number;
    heard = ear;
    out.write(now.raw());
  }

  private static byte[] ok(int stream) {
    byte[] head =
        FrameText.bytes("HEADERS", stream + " EH \":status\" \"200\" \"content-length\" \"2\"");
    byte[] data = FrameText.bytes("DATA", stream + " ES \"ok\"");
    return (new String(head, ISO_8859_1) + new String(data, ISO_8859_1)).getBytes(ISO_8859_1);
  }

  private static Ear.Frame frame(DataInputStream in) throws IOException {
    byte[] head = in.readNBytes(9);
    if (head.length < 9) {
      throw new IOException("closed");
    }
    int length = ByteBuffer.wrap(head).getInt() >>> 8;
    ByteBuffer whole = ByteBuffer.allocate(9 + length).put(head).put(in.readNBytes(length)).flip();
    Ear.Frame frame = Ear.next(whole);
    if (frame == null) {
      throw new IOException("closed");
    }
    return frame;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
