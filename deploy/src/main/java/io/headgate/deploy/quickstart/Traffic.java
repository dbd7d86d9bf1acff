package io.headgate.deploy.quickstart;

import io.headgate.deploy.fleet.Http;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Requests to URLs in turn, counted by what came back. */
public final class Traffic implements AutoCloseable {

  private static final int THREADS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Map<Integer, AtomicLong> byStatus = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicLong> byInstance = new ConcurrentSkipListMap<>();

  private Traffic() {}

  /** Sends so many requests, as fast as four clients can, and returns when all are answered. */
  public static Traffic send(int requests, List<String> urls, String... headers) {
    Traffic traffic = new Traffic();
    AtomicInteger next = new AtomicInteger();
    for (int i = 0; i < THREADS; i++) {
      traffic.threads.execute(() -> {
        int mine;
        while ((mine = next.getAndIncrement()) < requests) {
          traffic.count(Http.get(urls.get(mine % urls.size()), headers));
        }
      });
    }
    traffic.threads.shutdown();
    try {
      if (!traffic.threads.awaitTermination(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException(requests + " requests were not answered within 5 minutes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return traffic;
  }

  /** Sends requests at a steady pace until it is closed. */
  public static Traffic steady(double perSecond, List<String> urls, String... headers) {
    Traffic traffic = new Traffic();
    long gap = (long) (1e9 * THREADS / perSecond);
    for (int i = 0; i < THREADS; i++) {
      int first = i;
      traffic.threads.execute(() -> {
        long due = System.nanoTime();
        for (int n = first; !traffic.stopped.get(); n++) {
          traffic.count(Http.get(urls.get(n % urls.size()), headers));
          due = Math.max(due + gap, System.nanoTime() - gap);
          LockSupport.parkNanos(due - System.nanoTime());
        }
      });
    }
    return traffic;
  }

  private void count(java.util.Optional<HttpResponse<String>> answer) {
    int status = answer.map(HttpResponse::statusCode).orElse(0);
    String instance =
        answer.flatMap(each -> each.headers().firstValue("x-instance")).orElse("none");
    byStatus.computeIfAbsent(status, key -> new AtomicLong()).incrementAndGet();
    byInstance.computeIfAbsent(instance, key -> new AtomicLong()).incrementAndGet();
  }

  /** Answers by status; 0 stands for no answer. */
  public Map<Integer, Long> statuses() {
    Map<Integer, Long> copy = new TreeMap<>();
    byStatus.forEach((status, count) -> copy.put(status, count.get()));
    return copy;
  }

  /** Answers by the backend that gave them. */
  public Map<String, Long> instances() {
    Map<String, Long> copy = new TreeMap<>();
    byInstance.forEach((instance, count) -> copy.put(instance, count.get()));
    return copy;
  }

  /** Answers of all backends of a service. */
  public int of(String service) {
    return instances().entrySet().stream()
        .filter(entry -> entry.getKey().matches(service + "-\\d+"))
        .mapToInt(entry -> entry.getValue().intValue())
        .sum();
  }

  /** Whether every answer had this status. */
  public boolean all(int status) {
    return statuses().keySet().equals(java.util.Set.of(status));
  }

  @Override
  public void close() {
    stopped.set(true);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
