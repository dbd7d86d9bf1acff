package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream as one filter of its chain sees it; each filter has its own.
 *
 * <p><b>Thread:</b> the stream's event loop, every method. A filter that works elsewhere comes back
 * by {@code eventLoop().execute}, and must then ask {@link #isOver()}. After the stream is over no
 * method has an effect.
 */
public interface FilterStream {
  EventLoop eventLoop();

  ConnectionInfo connection();

  StreamInfo info();

  /** Returns the request's head; always there, it arrives first. */
  RequestHead requestHead();

  /** Returns the answer's head, null before it arrived. */
  @Nullable ResponseHead responseHead();

  /** Returns the route of the stream, null when none matched. */
  @Nullable StreamRoute route();

  /**
   * Forgets the chosen route and matches again with the request's head as it is now; for filters
   * that change what routes look at.
   */
  void refreshRoute();

  /** Returns the override of this filter nearest to the request, null when there is none. */
  @Nullable Object routeConfig();

  /** Returns all overrides of this filter from the least to the most specific. */
  List<Object> routeConfigs();

  /** Returns whether the stream has ended or was aborted. */
  boolean isOver();

  /**
   * Resumes the request behind this filter, with what is held. Does nothing when nothing is held.
   */
  void continueRequest();

  /**
   * Resumes the answer behind this filter, with what is held. Does nothing when nothing is held.
   */
  void continueResponse();

  /**
   * Answers the request here. The request goes no further, filters see the answer's callbacks, from
   * the last filter to the first. When the answer's head was sent already the stream is reset
   * instead.
   *
   * @return {@link FilterAction#LOCAL_REPLY}, to be returned from a callback
   */
  FilterAction localReply(LocalReply reply);

  /**
   * Returns the part of the request's body that the chain keeps for this filter, null when none.
   */
  @Nullable ByteBuf bufferedRequest();

  /** Replaces the kept part of the request's body; the old buffer is released. */
  void bufferedRequest(ByteBuf body);

  /** Returns the part of the answer's body that the chain keeps for this filter, null when none. */
  @Nullable ByteBuf bufferedResponse();

  /** Replaces the kept part of the answer's body; the old buffer is released. */
  void bufferedResponse(ByteBuf body);

  /** Returns the request's trailers, null before they arrived. */
  @Nullable HeaderBlock requestTrailers();

  /** Returns how much of a body the chain keeps at most, in bytes. */
  int bufferLimit();
}
