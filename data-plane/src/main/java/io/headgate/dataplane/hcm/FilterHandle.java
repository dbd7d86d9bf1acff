package io.headgate.dataplane.hcm;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream as one of its filters sees it. Confined to the stream's event loop. */
final class FilterHandle implements FilterStream {
  private final HcmStream stream;
  private final String name;
  private final int index;

  FilterHandle(HcmStream stream, String name, int index) {
    this.stream = stream;
    this.name = name;
    this.index = index;
  }

  @Override
  public EventLoop eventLoop() {
    return stream.eventLoop();
  }

  @Override
  public ConnectionInfo connection() {
    return stream.connection();
  }

  @Override
  public StreamInfo info() {
    return stream.info();
  }

  @Override
  public RequestHead requestHead() {
    return stream.requestHead();
  }

  @Override
  public @Nullable ResponseHead responseHead() {
    return stream.responseHead();
  }

  @Override
  public @Nullable StreamRoute route() {
    return stream.route();
  }

  @Override
  public void refreshRoute() {
    stream.findRoute();
  }

  @Override
  public @Nullable Object routeConfig() {
    StreamRoute route = stream.route();
    return route == null ? null : route.overrides().mostSpecific(name);
  }

  @Override
  public List<Object> routeConfigs() {
    StreamRoute route = stream.route();
    return route == null ? List.of() : route.overrides().all(name);
  }

  @Override
  public boolean isOver() {
    return stream.isOver();
  }

  @Override
  public void continueRequest() {
    stream.resumeRequestWalk(index);
  }

  @Override
  public void continueResponse() {
    stream.resumeResponseWalk(index);
  }

  @Override
  public FilterAction localReply(LocalReply reply) {
    stream.localReply(reply);
    return FilterAction.LOCAL_REPLY;
  }

  @Override
  public @Nullable ByteBuf bufferedRequest() {
    return stream.requestWalk().kept(index);
  }

  @Override
  public void bufferedRequest(ByteBuf body) {
    stream.requestWalk().replaceKept(index, body);
  }

  @Override
  public @Nullable ByteBuf bufferedResponse() {
    return stream.responseWalk().kept(index);
  }

  @Override
  public void bufferedResponse(ByteBuf body) {
    stream.responseWalk().replaceKept(index, body);
  }

  @Override
  public @Nullable HeaderBlock requestTrailers() {
    return stream.requestTrailers();
  }

  @Override
  public int bufferLimit() {
    return stream.bufferLimit();
  }
}
