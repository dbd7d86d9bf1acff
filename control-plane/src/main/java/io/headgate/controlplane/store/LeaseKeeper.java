package io.headgate.controlplane.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys alive by one lease, and puts them again under a new one whenever the lease was lost.
 *
 * <p>The lease is renewed every third of its life by a call of its own, so there is no keep-alive
 * stream that could complete without a word.
 *
 * <p>Thread: one of its own; methods may be called by any.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int PUTS_PER_TRANSACTION = 100;

  private final Supplier<Optional<EtcdConnection>> connections;
  private final Duration timeToLive;
  private final ScheduledExecutorService thread;
  private final List<Runnable> afterRenewal = new CopyOnWriteArrayList<>();
  // Confined to the thread.
  private final Map<String, String> wanted = new LinkedHashMap<>();
  private final Set<String> missing = new TreeSet<>();
  private volatile long lease;
  private volatile long renewedNanos;

  /**
   * @param connections the connection to use, asked for anew each time; empty while there is none
   * @param timeToLive the lease's life without renewal
   */
  public LeaseKeeper(Supplier<Optional<EtcdConnection>> connections, Duration timeToLive) {
    this.connections = connections;
    this.timeToLive = timeToLive;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("headgate-lease").factory());
  }

  /**
   * Puts a key now and after each loss of the lease; replaces its value when it is kept already.
   */
  public void keep(String key, String value) {
    onThread(() -> {
      if (!value.equals(wanted.put(key, value))) {
        missing.add(key);
      }
      tend();
    });
  }

  /** Deletes a key and no longer keeps it. */
  public void drop(String key) {
    onThread(() -> {
      wanted.remove(key);
      missing.remove(key);
      connections
          .get()
          .ifPresent(connection -> connection.commit(List.of(), List.of(Write.delete(key))));
    });
  }

  /** Called on this object's thread after each renewal, and soon when asked. */
  public void afterRenewal(Runnable action) {
    afterRenewal.add(action);
  }

  /** Renews now instead of at the next third. */
  public void hurry() {
    onThread(this::tend);
  }

  /** The lease, 0 when there is none or it was not renewed for as long as it lives. */
  public long lease() {
    return System.nanoTime() - renewedNanos < timeToLive.toNanos() ? lease : 0;
  }

  public void start() {
    long third = timeToLive.toMillis() / 3;
    var _ = thread.scheduleWithFixedDelay(this::tend, 0, third, TimeUnit.MILLISECONDS);
  }

  /** Revokes the lease, which deletes its keys. */
  @Override
  public void close() {
    onThread(() -> {
      long last = lease;
      lease = 0;
      if (last != 0) {
        connections.get().ifPresent(connection -> revoke(connection, last));
      }
    });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tend() {
    try {
      Optional<EtcdConnection> connection = connections.get();
      if (connection.isEmpty()) {
        return;
      }
      renewOrGrant(connection.get());
      putMissing(connection.get());
    } catch (StoreUnavailableException e) {
      LOG.debug("the lease could not be renewed: {}", e.getMessage());
      return;
    } catch (RuntimeException e) {
      LOG.warn("the lease could not be renewed", e);
      return;
    }
    for (Runnable action : afterRenewal) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.warn("after the renewal of a lease", e);
      }
    }
  }

  private void renewOrGrant(EtcdConnection connection) throws StoreUnavailableException {
    long asked = System.nanoTime();
    if (lease != 0 && !connection.renew(lease)) {
      LOG.info("lease lost lease={} keys={}", Long.toHexString(lease), wanted.keySet());
      lease = 0;
    }
    if (lease == 0) {
      lease = connection.grant(timeToLive);
      missing.addAll(wanted.keySet());
    }
    renewedNanos = asked;
  }

  private void putMissing(EtcdConnection connection) throws StoreUnavailableException {
    List<String> keys = new ArrayList<>(missing);
    for (int from = 0; from < keys.size(); from += PUTS_PER_TRANSACTION) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + PUTS_PER_TRANSACTION));
      List<Write> writes = new ArrayList<>();
      for (String key : some) {
        String value = wanted.get(key);
        if (value != null) {
          writes.add(Write.put(key, value, lease));
        }
      }
      switch (connection.commit(List.of(), writes)) {
        case WriteResult.Written _ -> some.forEach(missing::remove);
        case WriteResult.Conflict _ -> throw new IllegalStateException("no condition was given");
        case WriteResult.Unavailable(String reason) -> throw new StoreUnavailableException(reason);
      }
    }
  }

  private static void revoke(EtcdConnection connection, long lease) {
    try {
      connection.revoke(lease);
    } catch (StoreUnavailableException e) {
      LOG.debug("the lease was not revoked and will expire: {}", e.getMessage());
    }
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the keeper is closed");
    }
  }
}
