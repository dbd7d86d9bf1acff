package io.headgate.dataplane.harness;

import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;

/** Channels in memory whose clock stands still: no deadline passes, however slow the machine is. */
public final class StillChannel {

  private StillChannel() {}

  /** Opens one; {@link EmbeddedChannel#advanceTimeBy} moves its clock. */
  public static EmbeddedChannel of(ChannelHandler handler) {
    EmbeddedChannel channel = new EmbeddedChannel(handler);
    channel.freezeTime();
    return channel;
  }
}
