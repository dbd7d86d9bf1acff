package io.headgate.dataplane.listener.handover;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The old process's end of handovers: a Unix socket that only its own user can use, at which one
 * successor at a time may ask for the listening sockets.
 *
 * <p>Whatever a successor does wrong, or when it dies, this process goes on as it was, until one
 * has said that it is ready. <b>Thread:</b> any.
 */
public final class HandoverGiver implements AutoCloseable {
  private final Path path;
  private final Estate estate;
  private final Channel socket;

  /** The conversation that holds the only seat; null when it is free. */
  private final AtomicReference<@Nullable Giving> seat = new AtomicReference<>();

  /** The process whose sockets are handed over. */
  public interface Estate {
    /**
     * Returns the listening sockets, asked for when a successor comes. All of them live on the loop
     * of the giver.
     */
    List<Lot> lots();

    /** A handover came to nothing, for this reason. */
    void failed(String reason);

    /**
     * The successor is ready: stops accepting and writing.
     *
     * @return completes when that is done
     */
    CompletableFuture<Void> leave();

    /** The successor was told; this process drains. */
    void left();
  }

  private HandoverGiver(Path path, Estate estate, Channel socket) {
    this.path = path;
    this.estate = estate;
    this.socket = socket;
  }

  /**
   * Listens at this path, in the place of whoever did.
   *
   * @param loop on which the listening sockets live
   * @throws IOException when it can not listen there
   */
  public static HandoverGiver listen(EventLoop loop, Path path, Estate estate)
      throws IOException, InterruptedException {
    // The socket appears under its name with its permissions, and replaces a stale one in one step.
    Path made = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(made);
    CompletableFuture<HandoverGiver> giver = new CompletableFuture<>();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    var _ =
                        giver.thenAccept(owner ->
                            child
                                .pipeline()
                                .addLast(new Messages(), new Giving(owner.estate, owner.seat)));
                  }
                })
            .bind(new DomainSocketAddress(made.toFile()))
            .await();
    if (!bound.isSuccess()) {
      throw new IOException(made + ": " + bound.cause().getMessage(), bound.cause());
    }
    HandoverGiver owner = new HandoverGiver(path, estate, bound.channel());
    try {
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      var _ = giver.complete(owner);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      var _ = bound.channel().close();
      throw e;
    }
    return owner;
  }

  /** Listens no longer, and takes its file along. */
  @Override
  public void close() {
    close(true);
  }

  /** Listens no longer; the file is the successor's to replace. */
  public void leave() {
    close(false);
  }

  private void close(boolean deletes) {
    if (deletes) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException _) {
        // A file that nobody listens at is as good as none.
      }
    }
    var _ = socket.close();
    Giving giving = seat.get();
    if (giving != null && deletes) {
      giving.hangUp();
    }
  }
}
