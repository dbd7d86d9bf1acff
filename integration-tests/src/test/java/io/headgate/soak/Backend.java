package io.headgate.soak;

import io.headgate.deploy.backend.EtcdRegistration;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A host of a service that can die and come back, or leave as it should. Thread: one starts and
 * stops it.
 */
abstract class Backend implements AutoCloseable {
  static final String ADDRESS = "127.0.0.1";
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(20);

  private final Journal journal;
  private final String etcd;
  private final String key;
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
  private @Nullable EtcdRegistration registration;
  private int port;

  Backend(Journal journal, String etcd, String service, String instance) {
    this.journal = journal;
    this.etcd = etcd;
    this.key = "/headgate/v1/hosts/default/" + service + "/" + instance;
  }

  /** Serves at an address that it has not had, and registers there. */
  final void join() throws IOException, InterruptedException {
    port = Ports.free(ADDRESS);
    listen(port);
    registration = new EtcdRegistration(etcd, key, address());
  }

  final String address() {
    return ADDRESS + ":" + port;
  }

  /** Dies; stays registered, as a process does whose lease has not ended. */
  final void kill() throws IOException {
    long begin = System.nanoTime();
    inFlight.forEach(journal::killed);
    drop();
    inFlight.forEach(journal::killed);
    journal.died(address(), begin);
  }

  /** Is there again at the same address. */
  final void revive() throws IOException {
    listen(port);
  }

  /** Leaves as it should: serves until nothing comes any more. */
  final void leave() throws IOException {
    EtcdRegistration registered = registration;
    if (registered != null) {
      registered.close();
      registration = null;
    }
    if (Await.reached(LAST_ANSWERS, () -> connections() == 0)) {
      drop();
    } else {
      kill(); // tunnels stay as long as they want, and the journal has to know of their end
    }
  }

  final void begun(String id) {
    inFlight.add(id);
  }

  final void ended(String id) {
    inFlight.remove(id);
  }

  /** What is written may still lie in a socket that dies. */
  final void lastOf(String id) {
    journal.killed(id);
  }

  abstract void listen(int port) throws IOException;

  abstract int connections();

  /** Closes the listening socket and all connections, by RST. */
  abstract void drop() throws IOException;

  @Override
  public final void close() throws IOException {
    EtcdRegistration registered = registration;
    registration = null;
    if (registered != null) {
      registered.close();
    }
    drop();
  }
}
