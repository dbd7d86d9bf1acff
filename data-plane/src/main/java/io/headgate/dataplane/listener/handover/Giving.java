package io.headgate.dataplane.listener.handover;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The giving side of one conversation.
 *
 * <pre>
 *   HELLO ──Hello──▶ OFFERED ──Take──▶ GIVEN ──Ready──▶ LEAVING ──▶ over
 *     └── anything else, silence, or the end of the connection: failed, nothing has changed
 * </pre>
 *
 * <p><b>Thread:</b> its event loop, on which the listening sockets live.
 */
final class Giving extends SimpleChannelInboundHandler<Message> {
  /** How long the next message of a successor that is taking may be out: 10 s. */
  private static final long ANSWER_SECONDS = 10;

  /** How long a successor may take to warm up: 10 minutes. */
  private static final long WARM_SECONDS = 600;

  private final HandoverGiver.Estate estate;
  private final AtomicReference<@Nullable Giving> seat;
  private Phase phase = Phase.HELLO;
  private List<Lot> lots = List.of();
  private @Nullable Future<?> clock;
  private @Nullable ChannelHandlerContext context;

  private enum Phase {
    HELLO,
    OFFERED,
    GIVEN,
    LEAVING,
    OVER
  }

  Giving(HandoverGiver.Estate estate, AtomicReference<@Nullable Giving> seat) {
    this.estate = estate;
    this.seat = seat;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (!Peers.isOurs(ctx.channel())) {
      phase = Phase.OVER;
      estate.failed("a process of another user asked");
      var _ = ctx.close();
      return;
    }
    var _ = ctx.channel().closeFuture().addListener(_ -> over());
    within(ctx, ANSWER_SECONDS);
  }

  private void within(ChannelHandlerContext ctx, long seconds) {
    stopClock();
    clock = ctx.executor().schedule(() -> refuse(ctx, "the time is up"), seconds, TimeUnit.SECONDS);
  }

  private void stopClock() {
    Future<?> running = clock;
    if (running != null) {
      var _ = running.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Message message) {
    switch (message) {
      case Message.Hello _ when phase == Phase.HELLO -> offer(ctx);
      case Message.Take _ when phase == Phase.OFFERED -> give(ctx);
      case Message.Ready _ when phase == Phase.GIVEN -> leave(ctx);
      default -> refuse(ctx, "an unexpected message: " + message);
    }
  }

  private void offer(ChannelHandlerContext ctx) {
    if (!seat.compareAndSet(null, this)) {
      refuse(ctx, "another process is taking over already");
      return;
    }
    lots = List.copyOf(estate.lots());
    if (lots.size() > Messages.MAX_SOCKETS) {
      refuse(ctx, lots.size() + " sockets are more than " + Messages.MAX_SOCKETS);
      return;
    }
    phase = Phase.OFFERED;
    within(ctx, ANSWER_SECONDS);
    var _ =
        ctx.writeAndFlush(
            Messages.encode(new Message.Offer(lots.stream().map(Lot::address).toList())));
  }

  /** Nothing closes between the look at a socket and its sending: both are of this loop. */
  private void give(ChannelHandlerContext ctx) {
    for (Lot lot : lots) {
      if (!lot.channel().isOpen() || !(lot.channel() instanceof UnixChannel socket)) {
        refuse(ctx, "the listener at " + lot.address() + " has just gone");
        return;
      }
      ChannelFuture sent = ctx.writeAndFlush(socket.fd());
      if (!sent.isSuccess()) {
        refuse(ctx, "the socket at " + lot.address() + " can not be sent");
        return;
      }
    }
    phase = Phase.GIVEN;
    within(ctx, WARM_SECONDS);
  }

  private void leave(ChannelHandlerContext ctx) {
    phase = Phase.LEAVING;
    stopClock();
    var _ =
        estate
            .leave()
            .whenComplete((_, _) ->
                ctx.executor()
                    .execute(() -> {
                      phase = Phase.OVER;
                      var _ =
                          ctx.writeAndFlush(Messages.encode(new Message.Left()))
                              .addListener(ChannelFutureListener.CLOSE);
                      estate.left();
                    }));
  }

  /** Ends the conversation without a word: the process ends for another reason. */
  void hangUp() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      var _ = ctx.close();
    }
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    if (phase != Phase.LEAVING && phase != Phase.OVER) {
      phase = Phase.OVER;
      estate.failed(reason);
      var _ =
          ctx.writeAndFlush(Messages.encode(new Message.Refused(reason)))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void over() {
    stopClock();
    var _ = seat.compareAndSet(this, null);
    if (phase != Phase.LEAVING && phase != Phase.OVER) {
      phase = Phase.OVER;
      estate.failed("the new process hung up before it was ready");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable reason = cause.getCause() == null ? cause : cause.getCause();
    refuse(ctx, String.valueOf(reason.getMessage()));
  }
}
