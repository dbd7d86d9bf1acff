package io.headgate.dataplane.listener.handover;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The new process's end of a handover: takes the sockets, and says when it is ready.
 *
 * <p><b>Thread:</b> {@link #take} blocks its caller; the rest is any.
 */
public final class HandoverTaker implements AutoCloseable {
  /** How long the other process may take to hand everything over: 10 s. */
  private static final long TAKE_SECONDS = 10;

  private final Inheritance inheritance = new Inheritance();
  private final CompletableFuture<Inheritance> taken = new CompletableFuture<>();
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final Channel channel;

  /** How a handover ends for the process that took the sockets. */
  public enum Ending {
    /** The other process has stopped accepting. */
    LEFT,
    /** The connection broke; whether the other process still runs is not known. */
    BROKEN,
    /** The other process goes on and wants this one gone. */
    REFUSED
  }

  private HandoverTaker(EventLoop loop, Path path) throws IOException, InterruptedException {
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline().addLast(new Messages(), new Conversation());
                  }
                })
            .connect(new DomainSocketAddress(path.toFile()))
            .await();
    if (!connected.isSuccess()) {
      throw new IOException(connected.cause());
    }
    channel = connected.channel();
  }

  /**
   * Takes all sockets of the process that listens at this path.
   *
   * @return empty when no process listens there
   * @throws HandoverException when one does, and does not hand its sockets over
   */
  public static Optional<HandoverTaker> take(EventLoop loop, Path path)
      throws HandoverException, InterruptedException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    HandoverTaker taker;
    try {
      taker = new HandoverTaker(loop, path);
    } catch (IOException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ConnectException || cause instanceof FileNotFoundException) {
        return Optional.empty(); // what a process left that is gone
      }
      throw new HandoverException(path + ": " + (cause == null ? e : cause).getMessage());
    }
    try {
      var _ = taker.taken.get(TAKE_SECONDS, TimeUnit.SECONDS);
      return Optional.of(taker);
    } catch (ExecutionException e) {
      taker.close();
      Throwable cause = e.getCause();
      throw new HandoverException(String.valueOf((cause == null ? e : cause).getMessage()));
    } catch (TimeoutException _) {
      taker.close();
      throw new HandoverException("the running process does not answer at " + path);
    }
  }

  /** The sockets. */
  public Inheritance inheritance() {
    return inheritance;
  }

  /** Tells the other process that this one accepts with valid config. */
  public void ready() {
    var _ = channel.writeAndFlush(Messages.encode(new Message.Ready()));
  }

  /** Completes once with how it ended; on an event loop. */
  public CompletableFuture<Ending> ended() {
    return ended;
  }

  /** Gives up: closes what nobody claimed; before {@link #ready} the other process goes on. */
  @Override
  public void close() {
    var _ = channel.close();
    inheritance.closeRest();
  }

  /** Follows the order of {@link Message}. Thread: the channel's event loop. */
  private final class Conversation extends SimpleChannelInboundHandler<Object> {
    private final Deque<SocketAddress> awaited = new ArrayDeque<>();

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (!Peers.isOurs(ctx.channel())) {
        fail(ctx, "the process at this path belongs to another user");
        return;
      }
      var _ = ctx.writeAndFlush(Messages.encode(new Message.Hello()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object received) {
      switch (received) {
        case FileDescriptor descriptor -> took(ctx, descriptor);
        case Message.Offer(var addresses) when !taken.isDone() && awaited.isEmpty() -> {
          awaited.addAll(addresses);
          // Not within the read that is under way: it would read a descriptor as a byte.
          ctx.executor().execute(() -> awaitNext(ctx, true));
        }
        case Message.Refused(String reason) -> {
          var _ = ended.complete(Ending.REFUSED);
          fail(ctx, reason);
        }
        case Message.Left _ when taken.isDone() -> {
          var _ = ended.complete(Ending.LEFT);
          var _ = ctx.close();
        }
        default -> fail(ctx, "an unexpected message: " + received);
      }
    }

    private void took(ChannelHandlerContext ctx, FileDescriptor descriptor) {
      SocketAddress address = awaited.poll();
      if (address == null) {
        throw new IllegalStateException("a descriptor too many");
      }
      inheritance.add(address, descriptor);
      if (awaited.isEmpty()) {
        ctx.executor().execute(() -> awaitNext(ctx, false));
      }
    }

    private void awaitNext(ChannelHandlerContext ctx, boolean first) {
      boolean descriptors = !awaited.isEmpty();
      ((EpollDomainSocketChannel) ctx.channel())
          .config()
          .setReadMode(
              descriptors ? DomainSocketReadMode.FILE_DESCRIPTORS : DomainSocketReadMode.BYTES);
      if (first) {
        var _ = ctx.writeAndFlush(Messages.encode(new Message.Take()));
      }
      if (!descriptors) {
        var _ = taken.complete(inheritance);
      }
    }

    private void fail(ChannelHandlerContext ctx, String reason) {
      var _ = taken.completeExceptionally(new IOException(reason));
      var _ = ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      var _ =
          taken.completeExceptionally(
              new IOException("the running process hung up; its log says why"));
      var _ = ended.complete(Ending.BROKEN);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // Bytes in the place of a descriptor are a refusal that can not be read any more.
      fail(
          ctx,
          awaited.isEmpty()
              ? String.valueOf(cause.getMessage())
              : "the running process broke off; its log says why");
    }
  }
}
