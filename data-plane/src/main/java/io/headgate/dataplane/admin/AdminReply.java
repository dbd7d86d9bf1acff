package io.headgate.dataplane.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * An answer of the admin.
 *
 * @param allow methods that would have been right, for a 405
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record AdminReply(int status, String contentType, byte[] body, String allow) {
  static AdminReply text(int status, String text) {
    return new AdminReply(status, "text/plain; charset=UTF-8", text.getBytes(UTF_8), "");
  }

  static AdminReply json(String text) {
    return new AdminReply(200, "application/json", text.getBytes(UTF_8), "");
  }

  static AdminReply notAllowed(String allow) {
    byte[] body = ("Method Not Allowed: use " + allow + "\n").getBytes(UTF_8);
    return new AdminReply(405, "text/plain; charset=UTF-8", body, allow);
  }
}
