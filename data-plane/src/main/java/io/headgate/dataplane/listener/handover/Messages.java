package io.headgate.dataplane.listener.handover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as bytes: "HG", a byte of version, a byte of kind, two bytes of length, and as many
 * bytes of text. An offer's text has one {@code address port} or {@code unix:path} a line, a
 * refusal's is its reason. Whatever else comes is refused. Descriptors pass through.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class Messages extends ByteToMessageDecoder {
  /** The version of this protocol; another one is refused. */
  static final int VERSION = 1;

  /** How many sockets a process can hand over: what fits into a socket's buffer at once. */
  static final int MAX_SOCKETS = 128;

  private static final String UNIX = "unix:";
  private static final int MAGIC = 'H' << 8 | 'G';
  private static final int HEAD_BYTES = 6;
  private static final int MAX_TEXT_BYTES = 16 << 10;
  private static final int MAX_REASON = 1000;

  static ByteBuf encode(Message message) {
    return switch (message) {
      case Message.Hello _ -> bytes(1, "");
      case Message.Offer(List<SocketAddress> addresses) -> bytes(2, lines(addresses));
      case Message.Take _ -> bytes(3, "");
      case Message.Ready _ -> bytes(4, "");
      case Message.Left _ -> bytes(5, "");
      case Message.Refused(String reason) ->
          bytes(6, reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    };
  }

  private static ByteBuf bytes(int kind, String text) {
    byte[] payload = text.getBytes(UTF_8);
    return Unpooled.buffer(HEAD_BYTES + payload.length)
        .writeShort(MAGIC)
        .writeByte(VERSION)
        .writeByte(kind)
        .writeShort(payload.length)
        .writeBytes(payload);
  }

  private static String lines(List<SocketAddress> addresses) {
    StringBuilder text = new StringBuilder();
    for (SocketAddress address : addresses) {
      switch (address) {
        case InetSocketAddress ip ->
            text.append(ip.getAddress().getHostAddress()).append(' ').append(ip.getPort());
        case DomainSocketAddress pipe -> text.append(UNIX).append(pipe.path());
        default -> throw new IllegalArgumentException("no listening socket: " + address);
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < HEAD_BYTES) {
      return;
    }
    int at = in.readerIndex();
    if (in.getUnsignedShort(at) != MAGIC) {
      throw corrupt(in, "this is not the handover protocol");
    }
    if (in.getUnsignedByte(at + 2) != VERSION) {
      throw corrupt(
          in,
          "the peer speaks version "
              + in.getUnsignedByte(at + 2)
              + " of the handover protocol, this process "
              + VERSION);
    }
    int length = in.getUnsignedShort(at + 4);
    if (length > MAX_TEXT_BYTES) {
      throw corrupt(in, "a message of " + length + " bytes is too long");
    }
    if (in.readableBytes() < HEAD_BYTES + length) {
      return;
    }
    int kind = in.getUnsignedByte(at + 3);
    in.skipBytes(HEAD_BYTES);
    out.add(message(kind, in.readCharSequence(length, UTF_8).toString(), in));
  }

  private static Message message(int kind, String text, ByteBuf rest) {
    if (!text.isEmpty() && kind != 2 && kind != 6) {
      throw corrupt(rest, "a message of kind " + kind + " has no text");
    }
    return switch (kind) {
      case 1 -> new Message.Hello();
      case 2 -> new Message.Offer(addresses(text, rest));
      case 3 -> new Message.Take();
      case 4 -> new Message.Ready();
      case 5 -> new Message.Left();
      case 6 -> new Message.Refused(text);
      default -> throw corrupt(rest, "there is no message of kind " + kind);
    };
  }

  private static List<SocketAddress> addresses(String text, ByteBuf rest) {
    List<SocketAddress> addresses = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(UNIX)) {
        addresses.add(new DomainSocketAddress(line.substring(UNIX.length())));
        continue;
      }
      int space = line.indexOf(' ');
      try {
        addresses.add(
            new InetSocketAddress(
                InetAddress.ofLiteral(line.substring(0, Math.max(0, space))),
                Integer.parseInt(line.substring(space + 1))));
      } catch (IllegalArgumentException e) {
        throw corrupt(rest, "no address: " + line);
      }
    }
    if (addresses.size() > MAX_SOCKETS) {
      throw corrupt(rest, addresses.size() + " sockets are more than " + MAX_SOCKETS);
    }
    return addresses;
  }

  /** Nothing behind a broken message is looked at. */
  private static CorruptedFrameException corrupt(ByteBuf in, String reason) {
    in.skipBytes(in.readableBytes());
    return new CorruptedFrameException(reason);
  }
}
