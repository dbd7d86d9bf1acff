package io.headgate.attack;

import java.nio.charset.StandardCharsets;

/**
 * Peers that hold a connection by doing nothing, or next to nothing, and the timeout that is meant
 * for each.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the bytes
enum SlowPeer {
  HEAD_WITHOUT_END(
      "downstream_rq_header_timeout", h1("GET / HTTP/1.1\r\nhost: a\r\n"), h1("x: 1\r\n")),
  HALF_A_REQUEST_LINE("downstream_rq_header_timeout", h1("GET /"), h1("")),
  BODY_BYTE_BY_BYTE(
      "downstream_rq_timeout",
      h1("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n"),
      h1("x")),
  CHUNKS_OF_A_BYTE(
      "downstream_rq_timeout",
      h1("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"),
      h1("1\r\nx\r\n")),
  SILENCE("downstream_cx_idle_timeout", h1(""), h1("")),
  SILENCE_AFTER_A_REQUEST(
      "downstream_cx_idle_timeout", h1("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), h1("")),

  /** Asks for far more than the buffers on the way hold, and takes none of it. */
  READS_NOTHING(
      "downstream_rq_idle_timeout", h1("GET /large HTTP/1.1\r\nhost: a\r\n\r\n".repeat(8)), h1("")),
  H2_SILENCE("downstream_cx_idle_timeout", Frames.preface().settingsAck().bytes(), h1("")),
  H2_HALF_A_PREFACE("downstream_cx_idle_timeout", h1("PRI * HTTP/2.0\r\n\r\nSM"), h1("")),
  H2_HEAD_WITHOUT_END(
      "downstream_rq_header_timeout",
      Frames.preface().settingsAck().frame(Frames.HEADERS, 0, 1, Frames.head("GET", "/")).bytes(),
      new Frames().frame(Frames.CONTINUATION, 0, 1, Frames.field("x", "1")).bytes()),
  H2_BODY_BYTE_BY_BYTE(
      "downstream_rq_timeout",
      Frames.preface().settingsAck().post(1, "/").bytes(),
      new Frames().data(1, false, new byte[1]).bytes()),

  /** Two answers that may never be sent. */
  H2_NO_WINDOW(
      "downstream_rq_idle_timeout",
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 0)
          .settingsAck()
          .get(1, "/large")
          .get(3, "/large")
          .bytes(),
      h1("")),

  /** Takes a byte of the answer now and then: too little for the stream to move. */
  H2_WINDOW_OF_A_BYTE(
      "downstream_rq_idle_timeout",
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 0).settingsAck().get(1, "/large").bytes(),
      new Frames().window(1, 1).bytes()),

  /** Takes so little that the stream does move, but would for half a minute. */
  H2_READS_SLOWLY(
      "downstream_rq_max_duration_reached",
      Frames.preface(Frames.INITIAL_WINDOW_SIZE, 0).settingsAck().get(1, "/large").bytes(),
      new Frames().window(1, 16_384).window(0, 16_384).bytes());

  /** Below {@code http.edge}; counts every connection of this kind. */
  final String counter;

  final byte[] begin;

  /** Sent now and then. */
  final byte[] crumb;

  SlowPeer(String counter, byte[] begin, byte[] crumb) {
    this.counter = "http.edge." + counter;
    this.begin = begin;
    this.crumb = crumb;
  }

  boolean reads() {
    return this != READS_NOTHING;
  }

  private static byte[] h1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
