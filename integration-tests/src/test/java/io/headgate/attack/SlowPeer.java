package io.headgate.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Peers that hold a connection by doing nothing, or next to nothing, and the timeouts that are
 * meant for each.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the bytes, and List.of
enum SlowPeer {
  HEAD_WITHOUT_END(
      h1("GET / HTTP/1.1\r\nhost: a\r\n"), h1("x: 1\r\n"), "downstream_rq_header_timeout"),
  HALF_A_REQUEST_LINE(h1("GET /"), Frames.NOTHING, "downstream_rq_header_timeout"),
  BODY_BYTE_BY_BYTE(
      h1("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n"),
      h1("x"),
      "downstream_rq_timeout"),
  CHUNKS_OF_A_BYTE(
      h1("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"),
      h1("1\r\nx\r\n"),
      "downstream_rq_timeout"),
  SILENCE(Frames.NOTHING, Frames.NOTHING, "downstream_cx_idle_timeout"),
  SILENCE_AFTER_A_REQUEST(
      h1("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), Frames.NOTHING, "downstream_cx_idle_timeout"),

  /** Asks for far more than the buffers on the way hold, and takes none of it. */
  READS_NOTHING(
      h1("GET /large HTTP/1.1\r\nhost: a\r\n\r\n".repeat(8)),
      Frames.NOTHING,
      "downstream_rq_idle_timeout"),

  /** Asks for what the proxy answers itself, without an end, and takes none of it. */
  ASKS_AND_READS_NOTHING(
      h1("GET /a%2fb HTTP/1.1\r\nhost: a\r\n\r\n".repeat(50_000)),
      Frames.NOTHING,
      "downstream_cx_idle_timeout"),
  H2_SILENCE(Frames.preface().settingsAck().bytes(), Frames.NOTHING, "downstream_cx_idle_timeout"),
  H2_HALF_A_PREFACE(h1("PRI * HTTP/2.0\r\n\r\nSM"), Frames.NOTHING, "downstream_cx_idle_timeout"),
  H2_HEAD_WITHOUT_END(
      Frames.preface().settingsAck().frame(Frames.HEADERS, 0, 1, Frames.head("GET", "/")).bytes(),
      new Frames().frame(Frames.CONTINUATION, 0, 1, Frames.field("x", "1")).bytes(),
      "downstream_rq_header_timeout"),

  /** Its stream ends first, then the connection that has none any more. */
  H2_BODY_BYTE_BY_BYTE(
      Frames.preface().settingsAck().post(1, "/").bytes(),
      new Frames().data(1, false, new byte[1]).bytes(),
      "downstream_rq_timeout",
      "downstream_cx_idle_timeout"),

  /** Two answers that may never be sent. */
  H2_NO_WINDOW(
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 0)
          .settingsAck()
          .get(1, "/large")
          .get(3, "/large")
          .bytes(),
      Frames.NOTHING,
      "downstream_rq_idle_timeout",
      "downstream_rq_idle_timeout",
      "downstream_cx_idle_timeout"),

  /** Takes a byte of the answer now and then: too little for the stream to move. */
  H2_WINDOW_OF_A_BYTE(
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 1).settingsAck().get(1, "/large").bytes(),
      new Frames().window(1, 1).bytes(),
      "downstream_rq_idle_timeout",
      "downstream_cx_idle_timeout"),

  /** Takes so little that the stream does move, but would for half a minute. */
  H2_READS_SLOWLY(
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 1).settingsAck().get(1, "/large").bytes(),
      new Frames().window(1, 16_384).window(0, 16_384).bytes(),
      "downstream_rq_max_duration_reached",
      "downstream_cx_idle_timeout");

  /** Peers of {@link #ASKS_AND_READS_NOTHING} keep the proxy busy, so there are fewer. */
  private static final int FEWER = 10;

  final byte[] begin;

  /** Sent now and then. */
  final byte[] crumb;

  /** What ends each: counters below {@code http.<prefix>}, as often as each counts. */
  final List<String> verdicts;

  SlowPeer(byte[] begin, byte[] crumb, String... verdicts) {
    this.begin = begin;
    this.crumb = crumb;
    this.verdicts = List.of(verdicts);
  }

  int connections(int most) {
    return this == ASKS_AND_READS_NOTHING ? most / FEWER : most;
  }

  boolean reads() {
    return this != READS_NOTHING && this != ASKS_AND_READS_NOTHING;
  }

  /**
   * Whether the crumbs are what it takes of the answer, so that they begin behind its first byte.
   */
  boolean feedsOnTheAnswer() {
    return this == H2_WINDOW_OF_A_BYTE || this == H2_READS_SLOWLY;
  }

  private static byte[] h1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
