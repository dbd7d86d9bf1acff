package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.netty.buffer.ByteBuf;

/** Receives what nobody wants any more. */
final class NoRequest implements RequestReceiver {
  static final NoRequest INSTANCE = new NoRequest();

  private NoRequest() {}

  @Override
  public void onHead(RequestHead head, boolean endStream) {}

  @Override
  public void onData(ByteBuf data, boolean endStream) {
    data.release();
  }

  @Override
  public void onTrailers(HeaderBlock trailers) {}

  @Override
  public void onReset(ProxyError error, boolean canAnswer) {}

  @Override
  public void onWritabilityChanged(boolean writable) {}

  @Override
  public void onComplete() {}
}
