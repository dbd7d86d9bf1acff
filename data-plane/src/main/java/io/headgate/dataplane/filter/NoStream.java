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

/** The stream of a filter that has none yet: over, and without facts. */
final class NoStream implements FilterStream {
  static final NoStream INSTANCE = new NoStream();

  private NoStream() {}

  private static IllegalStateException none() {
    return new IllegalStateException("the filter is in no stream yet");
  }

  @Override
  public EventLoop eventLoop() {
    throw none();
  }

  @Override
  public ConnectionInfo connection() {
    throw none();
  }

  @Override
  public StreamInfo info() {
    throw none();
  }

  @Override
  public RequestHead requestHead() {
    throw none();
  }

  @Override
  public @Nullable ResponseHead responseHead() {
    return null;
  }

  @Override
  public @Nullable StreamRoute route() {
    return null;
  }

  @Override
  public void refreshRoute() {}

  @Override
  public @Nullable Object routeConfig() {
    return null;
  }

  @Override
  public List<Object> routeConfigs() {
    return List.of();
  }

  @Override
  public boolean isOver() {
    return true;
  }

  @Override
  public void continueRequest() {}

  @Override
  public void continueResponse() {}

  @Override
  public FilterAction localReply(LocalReply reply) {
    return FilterAction.LOCAL_REPLY;
  }

  @Override
  public @Nullable ByteBuf bufferedRequest() {
    return null;
  }

  @Override
  public void bufferedRequest(ByteBuf body) {
    body.release();
  }

  @Override
  public @Nullable ByteBuf bufferedResponse() {
    return null;
  }

  @Override
  public void bufferedResponse(ByteBuf body) {
    body.release();
  }

  @Override
  public @Nullable HeaderBlock requestTrailers() {
    return null;
  }

  @Override
  public int bufferLimit() {
    return 0;
  }
}
