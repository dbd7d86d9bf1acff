package io.headgate.dataplane.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client says first (RFC 8446 §4.1.2), as far as the choice of a filter chain and of a
 * certificate needs it. Immutable.
 *
 * @param serverName lower-case; null when the client names none
 * @param alpn protocols that it offers, in its order
 * @param signatures signature schemes that it takes
 * @param ecdsaSuites whether it has a suite of TLS 1.2 for ECDSA
 * @param tls13 whether it speaks TLS 1.3
 * @param asksForStaple whether it wants an OCSP response
 */
public record ClientHello(
    @Nullable String serverName,
    List<String> alpn,
    Set<Integer> signatures,
    boolean ecdsaSuites,
    boolean tls13,
    boolean asksForStaple) {
  /** The most that a hello may take, as in Envoy. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int MESSAGE_HEADER = 4;
  private static final int MAX_RECORD = 1 << 14;
  private static final int MAX_SIZE = 0xffffff;

  private static final int SERVER_NAME = 0;
  private static final int STATUS_REQUEST = 5;
  private static final int SIGNATURES = 13;
  private static final int ALPN = 16;
  private static final int VERSIONS = 43;
  private static final int TLS_1_3 = 0x0304;
  private static final int MAX_NAME = 255;

  /** How a look at the first bytes went. */
  public sealed interface Look {
    /** Too few bytes yet. */
    record More() implements Look {}

    /** No TLS, or a hello that can not be read. */
    record Other() implements Look {}

    /** The hello is longer than it may be. */
    record TooLarge() implements Look {}

    /** It is whole. */
    record Found(ClientHello hello) implements Look {}
  }

  private static final Look MORE = new Look.More();
  private static final Look OTHER = new Look.Other();
  private static final Look TOO_LARGE = new Look.TooLarge();

  public ClientHello {
    alpn = List.copyOf(alpn);
    signatures = Set.copyOf(signatures);
  }

  /**
   * Looks at the readable bytes and takes none.
   *
   * @param maxBytes of the message
   */
  public static Look look(ByteBuf in, int maxBytes) {
    int end = in.writerIndex();
    int at = in.readerIndex();
    int header = 0;
    int filled = 0;
    while (at < end) {
      if (in.getUnsignedByte(at) != HANDSHAKE) {
        return OTHER;
      }
      if (at + RECORD_HEADER > end) {
        return at + 1 < end && in.getByte(at + 1) != 3 ? OTHER : MORE;
      }
      int length = in.getUnsignedShort(at + 3);
      if (in.getByte(at + 1) != 3 || length == 0 || length > MAX_RECORD) {
        return OTHER;
      }
      int from = at + RECORD_HEADER;
      int to = Math.min(from + length, end);
      for (; from < to && filled < MESSAGE_HEADER; filled++) {
        header = header << 8 | in.getUnsignedByte(from++);
        if (filled == 0 && header != CLIENT_HELLO) {
          return OTHER;
        }
      }
      if (filled >= MESSAGE_HEADER) {
        int size = header & MAX_SIZE;
        if (size + MESSAGE_HEADER > maxBytes) {
          return TOO_LARGE;
        }
        filled += to - from;
        if (filled >= MESSAGE_HEADER + size) {
          return read(message(in, size));
        }
      }
      at += RECORD_HEADER + length;
    }
    // Records of few bytes each do not make room for more on the wire.
    return end - in.readerIndex() > maxBytes ? TOO_LARGE : MORE;
  }

  /** Copies the message out of its records, once all of it is there: not before. */
  private static byte[] message(ByteBuf in, int size) {
    byte[] message = new byte[size];
    int at = in.readerIndex();
    int skip = MESSAGE_HEADER;
    int done = 0;
    while (done < size) {
      int length = in.getUnsignedShort(at + 3);
      int skipped = Math.min(skip, length);
      int taken = Math.min(length - skipped, size - done);
      in.getBytes(at + RECORD_HEADER + skipped, message, done, taken);
      skip -= skipped;
      done += taken;
      at += RECORD_HEADER + length;
    }
    return message;
  }

  private static Look read(byte[] message) {
    try {
      Cursor all = new Cursor(message, 0, message.length);
      all.skip(2 + 32);
      all.vector(1);
      Cursor suites = all.vector(2);
      all.vector(1);
      Builder builder = new Builder();
      while (suites.hasMore()) {
        builder.suite(suites.number(2));
      }
      if (all.hasMore()) {
        Cursor extensions = all.vector(2);
        while (extensions.hasMore()) {
          int type = extensions.number(2);
          builder.extension(type, extensions.vector(2));
        }
      }
      return new Look.Found(builder.build());
    } catch (IndexOutOfBoundsException _) {
      return OTHER;
    }
  }

  /** Whether an ECDSA certificate on a curve of this size can be shown. */
  boolean takesEcdsa(int bits) {
    int scheme = bits <= 256 ? 0x0403 : bits <= 384 ? 0x0503 : 0x0603;
    return (tls13 || ecdsaSuites) && signatures.contains(scheme);
  }

  /** What has been read so far. */
  private static final class Builder {
    private @Nullable String serverName;
    private final List<String> alpn = new ArrayList<>();
    private final Set<Integer> signatures = new HashSet<>();
    private boolean ecdsaSuites;
    private boolean tls13;
    private boolean asksForStaple;

    void suite(int suite) {
      ecdsaSuites |=
          switch (suite) {
            // ECDHE-ECDSA with AES-GCM, ChaCha20 and CBC
            case 0xc02b, 0xc02c, 0xcca9, 0xc009, 0xc00a, 0xc023, 0xc024 -> true;
            default -> false;
          };
    }

    void extension(int type, Cursor body) {
      switch (type) {
        case SERVER_NAME -> serverName(body);
        case STATUS_REQUEST -> asksForStaple = true;
        case SIGNATURES -> {
          Cursor schemes = body.vector(2);
          while (schemes.hasMore()) {
            signatures.add(schemes.number(2));
          }
        }
        case ALPN -> {
          Cursor protocols = body.vector(2);
          while (protocols.hasMore()) {
            alpn.add(protocols.vector(1).text());
          }
        }
        case VERSIONS -> {
          Cursor versions = body.vector(1);
          while (versions.hasMore()) {
            tls13 |= versions.number(2) == TLS_1_3;
          }
        }
        default -> {}
      }
    }

    private void serverName(Cursor body) {
      Cursor names = body.vector(2);
      while (names.hasMore()) {
        boolean host = names.number(1) == 0;
        String name = names.vector(2).text();
        if (host && serverName == null && isHost(name)) {
          serverName = name.toLowerCase(Locale.ROOT);
        }
      }
    }

    private static boolean isHost(String name) {
      if (name.isEmpty() || name.length() > MAX_NAME) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c <= ' ' || c > '~') {
          return false;
        }
      }
      return true;
    }

    ClientHello build() {
      return new ClientHello(serverName, alpn, signatures, ecdsaSuites, tls13, asksForStaple);
    }
  }

  /** A walk over bytes; past the end is an {@link IndexOutOfBoundsException}. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;
    private final int end;

    Cursor(byte[] bytes, int at, int end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    boolean hasMore() {
      return at < end;
    }

    private int take(int count) {
      if (count > end - at) {
        throw new IndexOutOfBoundsException("cut off");
      }
      int from = at;
      at += count;
      return from;
    }

    void skip(int count) {
      take(count);
    }

    int number(int size) {
      int from = take(size);
      int value = 0;
      for (int i = 0; i < size; i++) {
        value = value << 8 | bytes[from + i] & 0xff;
      }
      return value;
    }

    Cursor vector(int lengthBytes) {
      int length = number(lengthBytes);
      int from = take(length);
      return new Cursor(bytes, from, from + length);
    }

    String text() {
      return new String(bytes, at, end - at, US_ASCII);
    }
  }
}
