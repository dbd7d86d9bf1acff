package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the terminal filter sees it: where it gets the request from and gives the answer to.
 *
 * <p>The answer walks back through the filters from the last to the first. Order of calls: {@link
 * #respondInformational} any number of times, {@link #respondHead}, {@link #respondData}, perhaps
 * {@link #respondTrailers}; or {@link #localReply}, or {@link #fail} at any point.
 *
 * <p><b>Thread:</b> the stream's event loop. <b>Ownership:</b> buffers pass to the stream; heads
 * and trailers are lent until the stream is over. After the stream is over calls do nothing and
 * release.
 */
public interface TerminalStream {
  EventLoop eventLoop();

  ConnectionInfo connection();

  StreamInfo info();

  @Nullable StreamRoute route();

  /** Returns the override of the terminal filter nearest to the request. */
  @Nullable Object routeConfig();

  void respondInformational(ResponseHead head);

  void respondHead(ResponseHead head, boolean endStream);

  void respondData(ByteBuf data, boolean endStream);

  void respondTrailers(HeaderBlock trailers);

  /** Answers the request here; resets the stream when the answer's head was sent already. */
  void localReply(LocalReply reply);

  /**
   * Ends the stream by an error: a local reply by {@code ErrorOutcome} when no head was sent, else
   * a reset of the client's stream. Flags and details are set either way.
   */
  void fail(ProxyError error);

  /**
   * Begins the request anew, with its head as it is now: it is matched again and walks through new
   * filters to a new terminal filter; this one is destroyed. Only for complete requests whose
   * answer has not begun.
   *
   * @param targets whether a route may take it
   * @param body all of its body; taken over when it begins anew
   * @return false, and nothing has changed, when no such route is found
   */
  default boolean restart(Predicate<StreamRoute> targets, ByteBuf body) {
    return false;
  }

  /** Returns whether local replies are changed on their way, so that own answers must be some. */
  default boolean rewritesLocalReplies() {
    return false;
  }

  /** Returns whether the client's side takes more of the answer now. */
  boolean isResponseWritable();

  /**
   * Stops the delivery of the request's body; bytes on their way through the filters still come.
   */
  void pauseRequest();

  /** Lets the request's body flow again, never inside this call. */
  void resumeRequest();

  /** Returns whether the stream has ended or was aborted. */
  boolean isOver();

  /** Returns how much of a body may be kept for one stream, in bytes. */
  int bufferLimit();
}
