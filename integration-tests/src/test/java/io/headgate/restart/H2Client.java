package io.headgate.restart;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 with prior knowledge: some streams at once, until a GOAWAY says that no more shall begin.
 * Of a head it reads only the status, which comes first and is a field of the static table when it
 * is 200 (RFC 7541, appendix A).
 */
final class H2Client implements Client {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int STREAMS = 4;
  private static final int REFILL = 16 << 10;
  private static final int STATUS_200 = 0x88;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final byte[] REQUEST = request();

  private final InetSocketAddress address;
  private final Set<Integer> open = new HashSet<>();
  private @Nullable Socket socket;
  private DataInputStream in = new DataInputStream(InputStream.nullInputStream());
  private DataOutputStream out = new DataOutputStream(new ByteArrayOutputStream());
  private int next;
  private int consumed;
  private boolean leaving;

  H2Client(InetSocketAddress address) {
    this.address = address;
  }

  /**
   * {@code :method: GET}, {@code :scheme: http}, {@code :path: /shop}, {@code :authority: shop}.
   */
  private static byte[] request() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82);
    block.write(0x86);
    literal(block, 4, "/shop");
    literal(block, 1, "shop");
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  private void connect() throws IOException {
    Socket made = new Socket();
    made.setTcpNoDelay(true);
    made.setSoTimeout(TIMEOUT_MILLIS);
    made.connect(address, TIMEOUT_MILLIS);
    socket = made;
    in = new DataInputStream(new BufferedInputStream(made.getInputStream()));
    out = new DataOutputStream(new java.io.BufferedOutputStream(made.getOutputStream()));
    next = 1;
    consumed = 0;
    leaving = false;
    open.clear();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(4, 0, 0, new byte[0]);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  @Override
  public void send(LongConsumer answered) throws IOException {
    if (socket == null) {
      connect();
    }
    for (int i = 0; i < STREAMS; i++) {
      frame(1, 4 | END_STREAM, next, REQUEST);
      open.add(next);
      next += 2;
    }
    out.flush();
    while (!open.isEmpty()) {
      int before = open.size();
      read();
      answered.accept(before - open.size());
    }
    if (leaving) {
      close();
    }
  }

  private void read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = in.readNBytes(length);
    switch (type) {
      case 0 -> refill(length);
      case 1 -> {
        int at = 0;
        while ((payload[at] & 0xe0) == 0x20) {
          at++; // the size of the dynamic table
        }
        if ((payload[at] & 0xff) != STATUS_200) {
          throw new IOException("not 200 on stream " + stream);
        }
      }
      case 3 -> throw new IOException("stream " + stream + " was reset");
      case 4 -> {
        if ((flags & ACK) == 0) {
          frame(4, ACK, 0, new byte[0]);
          out.flush();
        }
      }
      case 6 -> {
        if ((flags & ACK) == 0) {
          frame(6, ACK, 0, payload);
          out.flush();
        }
      }
      case 7 -> {
        leaving = true;
        int last =
            (payload[0] & 0x7f) << 24
                | (payload[1] & 0xff) << 16
                | (payload[2] & 0xff) << 8
                | payload[3] & 0xff;
        if (open.stream().anyMatch(number -> number > last)) {
          throw new IOException("GOAWAY turned a stream away");
        }
      }
      default -> {}
    }
    if (type <= 1 && (flags & END_STREAM) != 0) {
      open.remove(stream);
    }
  }

  /** Gives the connection's window back. */
  private void refill(int length) throws IOException {
    consumed += length;
    if (consumed >= REFILL) {
      byte[] amount = new byte[4];
      for (int i = 0; i < 4; i++) {
        amount[i] = (byte) (consumed >> (24 - 8 * i));
      }
      frame(8, 0, 0, amount);
      out.flush();
      consumed = 0;
    }
  }

  @Override
  public void close() throws IOException {
    Socket connected = socket;
    socket = null;
    if (connected != null) {
      connected.close();
    }
  }
}
