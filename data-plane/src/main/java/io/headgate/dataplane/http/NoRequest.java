package io.headgate.dataplane.http;

import io.netty.buffer.ByteBuf;

/** The receiver of a stream that is not open, or of what nobody wants any more: takes nothing. */
public final class NoRequest implements RequestReceiver {
  public static final NoRequest INSTANCE = new NoRequest();

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
