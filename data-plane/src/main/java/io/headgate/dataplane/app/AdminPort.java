package io.headgate.dataplane.app;

import io.headgate.dataplane.admin.AdminServer;
import io.headgate.xds.model.value.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the admin interface answers, if the bootstrap wants one. Thread: any. */
final class AdminPort implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminPort.class);

  /** How long a port that another process still holds is left alone: 100 ms. */
  private static final Duration RETRY = Duration.ofMillis(100);

  private final @Nullable Address address;
  private final Admin shown;
  private final CompletableFuture<Void> answers = new CompletableFuture<>();
  private volatile @Nullable AdminServer server;
  private volatile boolean closed;

  AdminPort(@Nullable Address address, Admin shown) {
    this.address = address;
    this.shown = shown;
  }

  /**
   * Opens it; one that is not wanted is as good as open.
   *
   * @throws IOException when it can not be bound
   */
  void open() throws IOException {
    if (address != null) {
      server =
          AdminServer.start(
              new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port()),
              shown,
              shown);
    }
    var _ = answers.complete(null);
  }

  /** Tries until it is open or closed. Thread: one that may block. */
  void openWhenFree() {
    while (!answers.isDone() && !closed) {
      try {
        open();
      } catch (IOException e) {
        // Traffic is what counts: the proxy goes on, and tries again.
        log.atWarn()
            .addKeyValue("reason", e.getMessage())
            .log("the admin interface can not be opened yet");
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /** Completes when it answers. */
  CompletableFuture<Void> answers() {
    return answers;
  }

  /** The port, 0 when there is none. */
  int port() {
    AdminServer open = server;
    return open == null ? 0 : open.address().getPort();
  }

  @Override
  public void close() {
    closed = true;
    AdminServer open = server;
    if (open != null) {
      open.close();
    }
  }
}
