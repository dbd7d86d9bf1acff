package io.headgate.controlplane.store;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one host registered for a backend that cannot do it itself, and takes it out cleanly.
 *
 * <p>The host is written under a lease of 15 s that is renewed every third of it; after a lost
 * lease or a wiped etcd it is registered again. Leaving is two steps, because a lease that was
 * merely revoked looks like a host that died: first the host says that it drains, then its key is
 * deleted.
 *
 * <p>Thread: any; work is done on the lease keeper's thread, {@link #close} blocks for the drain
 * time.
 */
public final class HostRegistrar implements AutoCloseable {
  public static final Duration LEASE = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(HostRegistrar.class);

  private final Reconnecting reconnecting;
  private final LeaseKeeper keeper;
  private final Registration registration;

  /**
   * What is registered.
   *
   * @param key relative key, {@code hosts/<namespace>/<service>/<instance>}
   * @param value the host as JSON
   * @param leaving the same host, draining
   * @param drainTime between saying that it drains and deleting the key: long enough for every
   *     proxy to hear of it
   */
  public record Registration(String key, String value, String leaving, Duration drainTime) {}

  private HostRegistrar(Reconnecting reconnecting, LeaseKeeper keeper, Registration registration) {
    this.reconnecting = reconnecting;
    this.keeper = keeper;
    this.registration = registration;
  }

  /** Begins to register; goes on trying while etcd does not answer. */
  public static HostRegistrar register(EtcdConfig config, Registration registration) {
    Reconnecting reconnecting = new Reconnecting(config, registration.key());
    LeaseKeeper keeper = new LeaseKeeper(reconnecting::connection, LEASE);
    HostRegistrar registrar = new HostRegistrar(reconnecting, keeper, registration);
    keeper.keep(registration.key(), registration.value());
    keeper.start();
    return registrar;
  }

  /** Whether the lease is held at the moment. */
  public boolean isRegistered() {
    return keeper.lease() != 0;
  }

  /** Says that the host drains, waits, deletes its key and ends the lease. */
  @Override
  public void close() {
    keeper.keep(registration.key(), registration.leaving());
    try {
      Thread.sleep(registration.drainTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while draining; leaving at once");
    }
    keeper.drop(registration.key());
    keeper.close();
    reconnecting.close();
  }

  /**
   * Opens a new connection when the last one failed to answer. Confined to the lease keeper's
   * thread, but for closing.
   */
  private static final class Reconnecting implements AutoCloseable {
    private final EtcdConfig config;
    private final String probe;
    private Optional<EtcdConnection> current = Optional.empty();

    Reconnecting(EtcdConfig config, String probe) {
      this.config = config;
      this.probe = probe;
    }

    Optional<EtcdConnection> connection() {
      try {
        if (current.isPresent()) {
          // The library backs off for minutes after an outage; a fresh client does not.
          var _ = current.get().get(probe);
          return current;
        }
      } catch (StoreUnavailableException e) {
        LOG.warn("etcd does not answer, connecting anew reason=\"{}\"", e.getMessage());
        close();
      }
      try {
        current = Optional.of(EtcdConnection.open(config));
      } catch (StoreUnavailableException e) {
        LOG.warn("etcd cannot be reached reason=\"{}\"", e.getMessage());
      }
      return current;
    }

    @Override
    public void close() {
      current.ifPresent(EtcdConnection::close);
      current = Optional.empty();
    }
  }
}
