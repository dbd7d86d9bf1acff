package io.headgate.soak;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;

/** Netty as both ends of the test use it. */
final class Netty {
  /** Of daemon threads, for the life of this JVM. */
  static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(
          2,
          Thread.ofPlatform().name("soak-loop-", 0).daemon(true).factory(),
          NioIoHandler.newFactory());

  private Netty() {}

  /** Without the budgets for resets: many are what this test is about. */
  static Http2FrameCodec codec(Http2FrameCodecBuilder builder) {
    return builder
        .decoderEnforceMaxRstFramesPerWindow(0, 0)
        .encoderEnforceMaxRstFramesPerWindow(0, 0)
        .build();
  }
}
