package io.headgate.dataplane.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Draw;
import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.tls.ClientHello.Look;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever a client says first, the verdict on it is the same in one record and in many, it is
 * reached once and stays with more bytes, and nothing is read away or thrown.
 */
class ClientHelloFuzzTest {
  private static final int CASES = 3_000;
  private static final int LARGEST = 700;
  private static final String[] NAMES = {"www.test", "WWW.Test", "", "a b", "\u0000", "x.y.z"};

  /** Something that looks at first bytes. */
  private interface Looker {
    Look look(ByteBuf in, int maxBytes);
  }

  @Test
  void theVerdictDoesNotDependOnTheRecords() {
    Fuzz.replay("client-hello", CASES, ClientHelloFuzzTest::check);
  }

  @Test
  void whoLooksAtTheFirstRecordOnlyIsSeen() {
    Fuzz.mustFail(
        CASES,
        draw ->
            check(
                draw,
                (in, max) -> {
                  int first = in.readableBytes() < 5 ? 0 : 5 + in.getUnsignedShort(3);
                  return ClientHello.look(in.slice(0, Math.min(first, in.readableBytes())), max);
                }));
  }

  static void check(Draw draw) {
    check(draw, ClientHello::look);
  }

  private static void check(Draw draw, Looker looker) {
    if (draw.nextInt(4) == 0) {
      checkWire(draw.rest(), looker);
    } else {
      checkMessage(draw, looker);
    }
  }

  /** Bytes as they may come: the first verdict is the last one. */
  private static void checkWire(byte[] bytes, Looker looker) {
    Look reached = null;
    for (int length = 0; length <= bytes.length; length++) {
      Look now = look(looker, bytes, length);
      if (reached != null) {
        assertThat(now).as("with more bytes").isEqualTo(reached);
      }
      reached = now instanceof Look.More ? null : now;
    }
  }

  private static void checkMessage(Random random, Looker looker) {
    byte[] message = random.nextInt(8) == 0 ? bytes(random, LARGEST) : message(random);
    byte[] whole = records(message, message.length);
    byte[] cut = records(message, 1 + random.nextInt(100));
    Look verdict = look(looker, whole, whole.length);
    assertThat(look(looker, cut, cut.length)).as("in records").isEqualTo(verdict);
    Look reached = null;
    for (int length = 0; length <= cut.length; length += 1 + random.nextInt(40)) {
      Look now = look(looker, cut, length);
      if (reached != null) {
        assertThat(now).as("with more bytes").isEqualTo(reached);
      }
      reached = now instanceof Look.More ? null : now;
    }
  }

  private static Look look(Looker looker, byte[] bytes, int length) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
    Look look = looker.look(in, ClientHello.MAX_BYTES);
    assertThat(in.readerIndex()).isZero();
    return look;
  }

  private static byte[] records(byte[] message, int each) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < message.length; at += each) {
      int length = Math.min(each, message.length - at);
      all.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
      all.write(message, at, length);
    }
    return all.toByteArray();
  }

  /** A hello with some of its bytes changed. */
  private static byte[] message(Random random) {
    ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    for (int i = random.nextInt(6); i > 0; i--) {
      byte[] value =
          switch (random.nextInt(4)) {
            case 0 -> vector(2, named(NAMES[random.nextInt(NAMES.length)].getBytes(US_ASCII)));
            case 1 -> vector(2, vector(1, "h2".getBytes(US_ASCII)));
            case 2 -> vector(1, new byte[] {3, 4});
            default -> bytes(random, 60);
          };
      int[] types = {0, 16, 43, 13, 5, random.nextInt(1 << 16)};
      int type = types[random.nextInt(types.length)];
      extensions.writeBytes(new byte[] {(byte) (type >> 8), (byte) type});
      extensions.writeBytes(vector(2, value));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {3, 3});
    body.writeBytes(new byte[32]);
    body.writeBytes(vector(1, bytes(random, 32)));
    body.writeBytes(vector(2, new byte[] {0x13, 1, (byte) 0xc0, 0x2b}));
    body.writeBytes(vector(1, new byte[] {0}));
    body.writeBytes(vector(2, extensions.toByteArray()));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(1);
    all.writeBytes(vector(3, body.toByteArray()));
    byte[] message = all.toByteArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      message[random.nextInt(message.length)] = (byte) random.nextInt(256);
    }
    return message;
  }

  private static byte[] named(byte[] name) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(0);
    all.writeBytes(vector(2, name));
    return all.toByteArray();
  }

  private static byte[] vector(int lengthBytes, byte[] value) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = lengthBytes - 1; i >= 0; i--) {
      all.write(value.length >> 8 * i);
    }
    all.writeBytes(value);
    return all.toByteArray();
  }

  private static byte[] bytes(Random random, int atMost) {
    byte[] bytes = new byte[1 + random.nextInt(atMost)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
