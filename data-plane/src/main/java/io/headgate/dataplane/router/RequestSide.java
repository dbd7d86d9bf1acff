package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The request as it comes in: what is there of it goes to the upstream stream of the moment, and
 * what a retry may need is kept.
 *
 * <p>The client is paused while nothing can be sent, and while the upstream stream takes no more.
 *
 * <p>Thread: confined to the loop. Ownership: owns what it keeps of the body until {@link
 * #release}.
 */
final class RequestSide {

  private final TerminalStream client;
  private final RequestHead head;
  private final int replayBound;
  private final boolean mayReplay;
  private @Nullable RequestBody body;
  private @Nullable HeaderBlock trailers;
  private boolean ended;
  private boolean sent;
  private boolean paused;
  private boolean answered;

  RequestSide(TerminalStream client, RequestHead head, int replayBound, boolean mayReplay) {
    this.client = client;
    this.head = head;
    this.replayBound = replayBound;
    this.mayReplay = mayReplay;
  }

  /**
   * Whether the request says that its body is empty. HTTP/2 alone can say so before the end, and
   * break its word; over HTTP/1 such a head is a whole request to the host (RFC 9113, 8.1.1). What
   * asks for a tunnel has no body, whatever it says.
   */
  static boolean promisesNoBody(RequestHead head) {
    HeaderBlock headers = head.headers();
    int i = headers.find(HeaderNames.CONTENT_LENGTH, 0);
    if (i < 0 || head.asksForTunnel()) {
      return false;
    }
    byte[] bytes = headers.array();
    int from = headers.valueOffset(i);
    for (int at = from; at < from + headers.valueLength(i); at++) {
      if (bytes[at] != '0') {
        return false;
      }
    }
    return true;
  }

  /** The head, as it is sent. */
  RequestHead head() {
    return head;
  }

  /** Whether all of the request has arrived. */
  boolean hasEnded() {
    return ended;
  }

  /** Whether all of the request was handed to the upstream stream of the moment. */
  boolean isSent() {
    return sent;
  }

  boolean isIdempotent() {
    return head.method().isIdempotent();
  }

  /** Whether all that arrived so far can be sent once more. */
  boolean isReplayable() {
    return body == null || body.isReplayable();
  }

  /** Whether all of the body is here, so that the request can begin anew; one with trailers not. */
  boolean isWholeBodyKept() {
    return trailers == null && (body == null || body.isReplayable());
  }

  /** All of the body; owned by the caller. */
  ByteBuf wholeBody() {
    return body == null ? Unpooled.EMPTY_BUFFER : body.whole();
  }

  /** The head was all. */
  void end() {
    ended = true;
  }

  /** A piece of the body; taken over. */
  void data(ByteBuf piece, boolean endStream, @Nullable ClientStream out) {
    ended |= endStream;
    if (out != null) {
      body().pass(piece, out, endStream);
      sent |= endStream;
      if (!endStream && !out.isWritable()) {
        pause();
      }
      return;
    }
    body().keep(piece);
    if (body().bytes() >= replayBound) {
      pause();
    }
  }

  /** The trailers, the request's end. */
  void trailers(HeaderBlock newTrailers, @Nullable ClientStream out) {
    trailers = newTrailers;
    ended = true;
    if (out != null) {
      sent = true;
      out.sendTrailers(newTrailers);
    }
  }

  private RequestBody body() {
    RequestBody kept = body;
    if (kept == null) {
      kept = new RequestBody(replayBound, mayReplay && !answered);
      body = kept;
    }
    return kept;
  }

  /** A try begins: nothing of the request was sent on it. */
  void rewind() {
    sent = false;
  }

  /** Sends all that is there on a fresh upstream stream. */
  void sendTo(ClientStream out) {
    RequestBody kept = body;
    boolean hasBody = kept != null && !kept.isEmpty();
    boolean headEnds = ended && !hasBody && trailers == null;
    sent = ended;
    out.sendHead(head, headEnds);
    if (kept != null && hasBody) {
      kept.sendTo(out, ended && trailers == null);
    }
    if (ended && trailers != null) {
      out.sendTrailers(trailers);
    }
  }

  /** An answer is passed on: there will be no retry, and all of the body that is here was sent. */
  void answered() {
    answered = true;
    if (body != null) {
      body.stopReplay(true);
    }
  }

  void pause() {
    if (!paused && !ended) {
      paused = true;
      client.pauseRequest();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      client.resumeRequest();
    }
  }

  /** Lets go of what is kept. */
  void release() {
    if (body != null) {
      body.release();
    }
  }
}
