package io.headgate.soak;

import io.headgate.deploy.process.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The hosts of all services. At most one host of a service is away at a time, so that there is
 * always another one for what can be tried again. Thread: one, then another one.
 */
final class Backends implements AutoCloseable {
  private static final int HOSTS = 3;
  private static final List<String> NAMES = List.of("plain", "multiplexed");
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration AWAY = Duration.ofMillis(1500);

  private final List<List<Backend>> services = new ArrayList<>();
  private final Backend steady;
  private int restarts;
  private int leaves;

  Backends(Journal journal, String etcd) throws IOException, InterruptedException {
    List<Backend> plain = new ArrayList<>();
    List<Backend> multiplexed = new ArrayList<>();
    for (int i = 0; i < HOSTS; i++) {
      plain.add(new H1Backend(journal, etcd, "plain", "plain-" + i));
      multiplexed.add(new H2Backend(journal, etcd, "multiplexed", "multiplexed-" + i));
    }
    steady = new H1Backend(journal, etcd, "steady", "steady-0");
    services.add(plain);
    services.add(multiplexed);
    for (Backend backend : all()) {
      backend.join();
    }
  }

  private List<Backend> all() {
    List<Backend> all = new ArrayList<>(services.stream().flatMap(List::stream).toList());
    all.add(steady);
    return all;
  }

  int restarts() {
    return restarts;
  }

  int leaves() {
    return leaves;
  }

  /** One host dies and comes back, or leaves and comes back elsewhere. */
  void next(SoakFleet fleet, RandomGenerator random) throws IOException, InterruptedException {
    int which = random.nextInt(services.size());
    List<Backend> service = services.get(which);
    // One that is back may be ejected still, or not be known at its new address yet.
    String healthy = "cluster.default/" + NAMES.get(which) + ":80.membership_healthy";
    Await.until(
        BOUND,
        () -> healthy + " is not " + HOSTS,
        () -> fleet.stats().getOrDefault(healthy, 0L) == HOSTS);
    Backend backend = service.get(random.nextInt(HOSTS));
    if (random.nextInt(4) == 0) {
      backend.leave();
      backend.join();
      leaves++;
    } else {
      backend.kill();
      LockSupport.parkNanos(random.nextLong(AWAY.toNanos()));
      backend.revive();
      restarts++;
    }
  }

  /** All leave at once, and without waiting. */
  @Override
  public void close() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Backend backend : all()) {
        var _ =
            each.submit(() -> {
              backend.close();
              return true;
            });
      }
    }
  }
}
