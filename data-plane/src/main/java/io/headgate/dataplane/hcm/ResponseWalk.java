package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.BodyChunk;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** An answer on its way to the client. Confined to the stream's event loop. */
final class ResponseWalk extends Walk {
  private final HcmStream stream;

  ResponseWalk(HcmStream stream, StreamFilter[] filters, int limit) {
    super(filters, false, limit);
    this.stream = stream;
  }

  @Override
  FilterAction callHead(StreamFilter filter, boolean end) {
    ResponseHead head = stream.responseHead();
    return head == null ? FilterAction.CONTINUE : filter.onResponseHead(head, end);
  }

  @Override
  FilterAction callData(StreamFilter filter, BodyChunk chunk, boolean end) {
    return filter.onResponseData(chunk, end);
  }

  @Override
  FilterAction callTrailers(StreamFilter filter, HeaderBlock trailers) {
    return filter.onResponseTrailers(trailers);
  }

  @Override
  void passHead(boolean end) {
    stream.sendHead(end);
  }

  @Override
  void passData(ByteBuf data, boolean end) {
    stream.client().sendData(data, end);
  }

  @Override
  void passTrailers(HeaderBlock trailers) {
    stream.client().sendTrailers(trailers);
  }

  @Override
  void onTooLarge() {
    stream.answerTooLarge();
  }

  @Override
  void onKeptTooMuch(boolean pause) {
    stream.responseOverfull(pause);
  }
}
