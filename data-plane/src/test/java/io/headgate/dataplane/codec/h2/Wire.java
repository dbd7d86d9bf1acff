package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.codec.h2.hpack.FieldSink;
import io.headgate.dataplane.codec.h2.hpack.HpackDecoder;
import io.headgate.dataplane.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames as a peer writes them, well-formed or not, and frames as text, one line each. */
final class Wire {
  static final String[] GET = {
    ":method", "GET", ":scheme", "http", ":authority", "a.test", ":path", "/"
  };
  static final String[] POST = {
    ":method", "POST", ":scheme", "http", ":authority", "a.test", ":path", "/up"
  };

  private final ByteBuf out = Unpooled.buffer();

  /** Begins with what a client says first. */
  static Wire client() {
    Wire wire = new Wire();
    wire.out.writeBytes(Frames.PREFACE);
    return wire.settings();
  }

  static Wire frames() {
    return new Wire();
  }

  byte[] bytes() {
    return ByteBufUtil.getBytes(out);
  }

  Wire raw(int length, int type, int flags, int id) {
    out.writeInt(length << 8 | type);
    out.writeByte(flags);
    out.writeInt(id);
    return this;
  }

  Wire raw(int type, int flags, int id, byte[] payload) {
    raw(payload.length, type, flags, id);
    out.writeBytes(payload);
    return this;
  }

  Wire settings(int... pairs) {
    raw(pairs.length * 3, Frames.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      out.writeShort(pairs[i]);
      out.writeInt(pairs[i + 1]);
    }
    return this;
  }

  Wire ack() {
    return raw(0, Frames.SETTINGS, Frames.ACK, 0);
  }

  Wire ping(boolean ack, long payload) {
    raw(8, Frames.PING, ack ? Frames.ACK : 0, 0);
    out.writeLong(payload);
    return this;
  }

  Wire goAway(int last, int code) {
    raw(8, Frames.GOAWAY, 0, 0);
    out.writeInt(last);
    out.writeInt(code);
    return this;
  }

  Wire reset(int id, int code) {
    raw(4, Frames.RST_STREAM, 0, id);
    out.writeInt(code);
    return this;
  }

  Wire window(int id, int increment) {
    raw(4, Frames.WINDOW_UPDATE, 0, id);
    out.writeInt(increment);
    return this;
  }

  Wire priority(int id, int dependsOn) {
    raw(5, Frames.PRIORITY, 0, id);
    out.writeInt(dependsOn);
    out.writeByte(16);
    return this;
  }

  /** Writes a whole head; fields are names and values in turn. */
  Wire headers(int id, boolean end, String... fields) {
    return raw(
        Frames.HEADERS, Frames.END_HEADERS | (end ? Frames.END_STREAM : 0), id, block(fields));
  }

  Wire get(int id) {
    return headers(id, true, GET);
  }

  Wire data(int id, boolean end, String text) {
    return raw(Frames.DATA, end ? Frames.END_STREAM : 0, id, text.getBytes(ISO_8859_1));
  }

  static String[] with(String[] fields, String... more) {
    String[] all = Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return all;
  }

  /** Returns fields as literals that touch no table. */
  static byte[] block(String... fields) {
    ByteBuf block = Unpooled.buffer();
    for (int i = 0; i < fields.length; i += 2) {
      block.writeByte(0);
      string(block, fields[i]);
      string(block, fields[i + 1]);
    }
    return ByteBufUtil.getBytes(block);
  }

  private static void string(ByteBuf block, String text) {
    int length = text.length();
    if (length < 127) {
      block.writeByte(length);
    } else {
      block.writeByte(127);
      for (length -= 127; length >= 128; length >>>= 7) {
        block.writeByte((length & 127) | 128);
      }
      block.writeByte(length);
    }
    block.writeCharSequence(text, ISO_8859_1);
  }

  /** Reads the frames that one side writes. */
  static final class Reader {
    private final HpackDecoder decoder = new HpackDecoder();
    private final ByteBuf in = Unpooled.buffer();

    /** Returns what the channel has written since, one line for each frame. */
    List<String> read(EmbeddedChannel channel) {
      for (ByteBuf piece; (piece = channel.readOutbound()) != null; piece.release()) {
        in.writeBytes(piece);
      }
      List<String> lines = new ArrayList<>();
      while (in.readableBytes() >= Frames.HEADER_BYTES) {
        if (in.getByte(in.readerIndex()) == 'P') {
          in.skipBytes(Frames.PREFACE.length);
          continue;
        }
        int length = in.readUnsignedMedium();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt();
        lines.add(line(type, flags, id, in.readSlice(length)));
      }
      return lines;
    }

    private String line(int type, int flags, int id, ByteBuf payload) {
      String end = (flags & 1) != 0 ? " end" : "";
      return switch (type) {
        case Frames.DATA ->
            "DATA "
                + id
                + " "
                + (payload.readableBytes() > 40
                    ? payload.readableBytes() + " bytes"
                    : payload.toString(ISO_8859_1))
                + end;
        case Frames.HEADERS -> "HEADERS " + id + fields(payload) + end;
        case Frames.SETTINGS -> "SETTINGS" + ((flags & 1) != 0 ? " ack" : "");
        case Frames.PING ->
            "PING " + Long.toHexString(payload.readLong()) + ((flags & 1) != 0 ? " ack" : "");
        case Frames.RST_STREAM -> "RST_STREAM " + id + " " + payload.readInt();
        case Frames.GOAWAY -> "GOAWAY " + payload.readInt() + " " + payload.readInt();
        case Frames.WINDOW_UPDATE -> "WINDOW_UPDATE " + id + " " + payload.readInt();
        default -> "type " + type;
      };
    }

    private String fields(ByteBuf payload) {
      byte[] block = ByteBufUtil.getBytes(payload);
      StringBuilder text = new StringBuilder();
      HeaderBlock storage = new HeaderBlock();
      decoder.decode(
          block,
          0,
          block.length,
          new FieldSink() {
            @Override
            public HeaderBlock block() {
              return storage;
            }

            @Override
            public boolean isFull() {
              return false;
            }

            @Override
            public boolean field(
                int kind, boolean legal, int hash, int name, int nameLength, int value, int n) {
              text.append(' ')
                  .append(new String(storage.array(), name, nameLength, ISO_8859_1))
                  .append('=')
                  .append(new String(storage.array(), value, n, ISO_8859_1));
              return true;
            }
          });
      return text.toString();
    }
  }
}
