package io.headgate.dataplane.filters;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterStream;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream with one request, for a filter that needs no event loop. */
public final class FakeFilterStream implements FilterStream {
  private final RequestHead head;
  private final List<Object> routeConfigs;
  private final StreamInfo info;
  private @Nullable LocalReply reply;

  /** Makes a stream; route configs from the least to the most specific. */
  public FakeFilterStream(RequestHead head, Object... routeConfigs) {
    this.head = head;
    this.routeConfigs = List.of(routeConfigs);
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
    info = new StreamInfo(new ConnectionInfo(1, address, address, null), 1, 0, 0);
  }

  /** Returns the answer that the filter has made, null for none. */
  public @Nullable LocalReply reply() {
    return reply;
  }

  @Override
  public EventLoop eventLoop() {
    throw new IllegalStateException("no event loop here");
  }

  @Override
  public ConnectionInfo connection() {
    return info.connection;
  }

  @Override
  public StreamInfo info() {
    return info;
  }

  @Override
  public RequestHead requestHead() {
    return head;
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
    return routeConfigs.isEmpty() ? null : routeConfigs.getLast();
  }

  @Override
  public List<Object> routeConfigs() {
    return routeConfigs;
  }

  @Override
  public boolean isOver() {
    return false;
  }

  @Override
  public void continueRequest() {}

  @Override
  public void continueResponse() {}

  @Override
  public FilterAction localReply(LocalReply newReply) {
    reply = newReply;
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
    return 1 << 20;
  }
}
