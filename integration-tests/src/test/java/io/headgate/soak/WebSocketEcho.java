package io.headgate.soak;

import java.io.IOException;

/** The backend's end of a WebSocket: sends back what it gets. */
final class WebSocketEcho {
  private WebSocketEcho() {}

  /** Serves until the close handshake. */
  static void serve(Pipe pipe) throws IOException {
    while (true) {
      Frame frame = Frame.read(pipe.in());
      int opcode = frame.opcode() == Frame.PING ? Frame.PONG : frame.opcode();
      pipe.out().write(new Frame(frame.fin(), opcode, frame.payload()).bytes(false));
      if (opcode == Frame.CLOSE) {
        return;
      }
    }
  }
}
