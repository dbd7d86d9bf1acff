package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.BodyChunk;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.http.HeaderBlock;
import io.netty.buffer.ByteBuf;

/** A request on its way to the terminal filter. Confined to the stream's event loop. */
final class RequestWalk extends Walk {
  private final HcmStream stream;

  RequestWalk(HcmStream stream, StreamFilter[] filters, int limit) {
    super(filters, true, limit);
    this.stream = stream;
  }

  @Override
  FilterAction callHead(StreamFilter filter, boolean end) {
    return filter.onRequestHead(stream.requestHead(), end);
  }

  @Override
  FilterAction callData(StreamFilter filter, BodyChunk chunk, boolean end) {
    return filter.onRequestData(chunk, end);
  }

  @Override
  FilterAction callTrailers(StreamFilter filter, HeaderBlock trailers) {
    return filter.onRequestTrailers(trailers);
  }

  @Override
  void passHead(boolean end) {
    TerminalFilter to = stream.terminal();
    if (to != null) {
      to.onRequestHead(stream.requestHead(), end);
    }
  }

  @Override
  void passData(ByteBuf data, boolean end) {
    TerminalFilter to = stream.terminal();
    if (to != null) {
      to.onRequestData(data, end);
    } else {
      data.release();
    }
  }

  @Override
  void passTrailers(HeaderBlock trailers) {
    TerminalFilter to = stream.terminal();
    if (to != null) {
      to.onRequestTrailers(trailers);
    }
  }

  @Override
  void onTooLarge() {
    stream.requestTooLarge();
  }

  @Override
  void onKeptTooMuch(boolean pause) {
    stream.requestOverfull(pause);
  }
}
