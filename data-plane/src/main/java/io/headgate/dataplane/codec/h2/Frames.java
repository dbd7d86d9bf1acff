package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Numbers of the framing layer (RFC 9113 §4, §6; RFC 8441 §3; RFC 9218 §2.1). */
final class Frames {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int WITH_PRIORITY = 0x20;

  static final int SETTING_HEADER_TABLE_SIZE = 1;
  static final int SETTING_ENABLE_PUSH = 2;
  static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
  static final int SETTING_INITIAL_WINDOW_SIZE = 4;
  static final int SETTING_MAX_FRAME_SIZE = 5;
  static final int SETTING_MAX_HEADER_LIST_SIZE = 6;
  static final int SETTING_ENABLE_CONNECT_PROTOCOL = 8;
  static final int SETTING_NO_RFC7540_PRIORITIES = 9;

  static final int HEADER_BYTES = 9;

  /** The largest payload that we take, and the largest that a peer takes unless it says so. */
  static final int MAX_PAYLOAD = 16384;

  static final int DEFAULT_WINDOW = 65535;

  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private Frames() {}
}
