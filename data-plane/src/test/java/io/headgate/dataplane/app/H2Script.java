package io.headgate.dataplane.app;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** An HTTP/2 backend of raw frames: each request gets the next frames of a script. */
final class H2Script implements AutoCloseable {
  private static final byte[] OK = frame(1, 5, 0, new byte[] {(byte) 0x88});
  private static final int PREFACE = 24;

  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /** What requests get, in turn; an empty one gets nothing. */
  final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();

  H2Script() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next request is answered with an empty 200. */
  H2Script ok() {
    answers.add(OK);
    return this;
  }

  /** The stream of the next request is reset. */
  H2Script reset(int code) {
    answers.add(frame(3, 0, 0, new byte[] {0, 0, 0, (byte) code}));
    return this;
  }

  /** The next request gets a head without a status. */
  H2Script nonsense() {
    answers.add(frame(1, 5, 0, new byte[] {0, 1, 'a', 1, 'b'}));
    return this;
  }

  private static byte[] frame(int type, int flags, int id, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[8] = (byte) id;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      in.readNBytes(PREFACE);
      out.write(frame(4, 0, 0, new byte[0]));
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt();
        in.readNBytes(length);
        if (type == 4 && flags == 0) {
          out.write(frame(4, 1, 0, new byte[0]));
        } else if (type == 1) {
          byte[] answer = answers.take().clone();
          if (answer.length > 8) {
            answer[8] = (byte) id;
            out.write(answer);
          }
        }
      }
    } catch (IOException e) {
      // The proxy has closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
