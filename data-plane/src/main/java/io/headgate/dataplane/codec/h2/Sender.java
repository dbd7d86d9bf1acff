package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.Nullable;

/**
 * Lets the streams of a connection that have body to send take turns, a frame each, as far as the
 * socket and the windows go. A stream whose own window is used up leaves the round until it grows.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class Sender {
  private final H2Connection connection;
  private @Nullable StreamOutput first;
  private @Nullable StreamOutput last;
  private boolean running;

  Sender(H2Connection connection) {
    this.connection = connection;
  }

  boolean isIdle() {
    return first == null;
  }

  /** A stream has something to send and window for it. */
  void add(StreamOutput stream) {
    if (stream.inRound) {
      return;
    }
    stream.inRound = true;
    StreamOutput before = last;
    if (before == null) {
      first = stream;
    } else {
      before.nextInRound = stream;
    }
    last = stream;
    if (!running) {
      connection.out().flushLater();
    }
  }

  private void takeFirst(StreamOutput stream) {
    first = stream.nextInRound;
    if (first == null) {
      last = null;
    }
    stream.nextInRound = null;
    stream.inRound = false;
  }

  /** Writes what may be written now. */
  void run() {
    if (running) {
      return;
    }
    running = true;
    try {
      StreamOutput stream;
      while ((stream = first) != null && connection.isWritable()) {
        if (!stream.writeTurn(connection.out().maxPayload(), connection.windows().sendWindow())) {
          return; // the connection's window is used up; the round goes on when it grows
        }
        takeFirst(stream);
        if (stream.wantsTurn()) {
          add(stream);
        }
      }
    } finally {
      running = false;
    }
  }

  void clear() {
    StreamOutput stream;
    while ((stream = first) != null) {
      takeFirst(stream);
    }
  }
}
