package io.headgate.controlplane.api;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hands events to the clients of {@code /api/v1/events}. What changes often (proxies, services) is
 * gathered and told once a second. Each client has a bounded queue; one whose queue is full is
 * dropped.
 *
 * <p>Thread: any; publishing never waits.
 */
final class EventHub implements AutoCloseable {
  static final int MAX_CLIENTS = 100;
  static final int MAX_WAITING = 256;

  private final AtomicLong ids = new AtomicLong();
  private final List<Client> clients = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> proxies = new TreeSet<>();
  private final Map<String, ObjectNode> services = new LinkedHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("headgate-events").factory());

  /** One event, ready to be written. */
  record Event(long id, String type, String data) {}

  /** One client; removed by its own thread when it ends. */
  static final class Client {
    private final Set<String> types;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Runnable drop;

    private Client(Set<String> types, Runnable drop) {
      this.types = types;
      this.drop = drop;
    }

    BlockingQueue<Event> waiting() {
      return waiting;
    }
  }

  EventHub(long gatherMillis) {
    var _ =
        timer.scheduleWithFixedDelay(
            this::flush, gatherMillis, gatherMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * A new client.
   *
   * @param types the types it wants; empty for all
   * @param drop ends it when it is too slow; must not block
   */
  Client connect(Set<String> types, Runnable drop) {
    if (clients.size() >= MAX_CLIENTS) {
      throw new Problem(
          Problem.Kind.TOO_MANY_REQUESTS, "at most " + MAX_CLIENTS + " clients of events");
    }
    Client client = new Client(types, drop);
    clients.add(client);
    return client;
  }

  void disconnect(Client client) {
    clients.remove(client);
  }

  int clientCount() {
    return clients.size();
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  void proxiesChanged(Set<String> nodeIds) {
    lock.lock();
    try {
      proxies.addAll(nodeIds);
    } finally {
      lock.unlock();
    }
  }

  void serviceChanged(String namespace, String name) {
    lock.lock();
    try {
      services.computeIfAbsent(
          namespace + "/" + name,
          key -> Json.object().put("namespace", namespace).put("name", name));
    } finally {
      lock.unlock();
    }
  }

  /** Tells at once. */
  void publish(String type, Supplier<ObjectNode> data) {
    if (clients.isEmpty()) {
      return;
    }
    Event event = new Event(ids.incrementAndGet(), type, data.get().toString());
    for (Client client : clients) {
      boolean wanted = client.types.isEmpty() || client.types.contains(type);
      if (wanted && !client.waiting.offer(event)) {
        client.drop.run();
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    clients.forEach(client -> client.drop.run());
  }

  private void flush() {
    Set<String> changedProxies;
    Map<String, ObjectNode> changedServices;
    lock.lock();
    try {
      changedProxies = new TreeSet<>(proxies);
      changedServices = new HashMap<>(services);
      proxies.clear();
      services.clear();
    } finally {
      lock.unlock();
    }
    if (!changedProxies.isEmpty()) {
      publish(
          "fleet",
          () -> {
            ObjectNode data = Json.object();
            ArrayNode names = data.putArray("proxies");
            changedProxies.forEach(names::add);
            return data;
          });
    }
    changedServices.values().forEach(service -> publish("service", () -> service));
  }
}
