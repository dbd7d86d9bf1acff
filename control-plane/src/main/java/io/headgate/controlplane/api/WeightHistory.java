package io.headgate.controlplane.api;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last hour of every host's weights and load: a ring of {@value #POINTS} points for each, in
 * memory. Bounded: beyond {@value #MAX_HOSTS} hosts the one that was sampled longest ago makes way.
 *
 * <p>Thread: any.
 */
final class WeightHistory {
  static final int INTERVAL_SECONDS = 5;
  static final int POINTS = 720;
  static final int MAX_HOSTS = 5_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final long[] times = new long[POINTS];
  private final Map<Key, Ring> hosts = new LinkedHashMap<>(16, 0.75f, true);
  private long samples;

  private record Key(String namespace, String service, String instance) {}

  /** What is kept of a host at one moment; NaN where nothing is known. */
  record Sample(float configured, float fleet, float rate, float utilisation) {}

  private static final class Ring {
    private final float[][] series = new float[4][POINTS];
    private long lastSample = -1;

    Ring() {
      for (float[] one : series) {
        Arrays.fill(one, Float.NaN);
      }
    }

    void put(long sample, Sample value) {
      // What was missed in between is unknown, not the values of an hour ago.
      long from = Math.max(lastSample + 1, sample - POINTS + 1);
      for (long missed = from; missed < sample; missed++) {
        set((int) (missed % POINTS), Float.NaN, Float.NaN, Float.NaN, Float.NaN);
      }
      set(
          (int) (sample % POINTS),
          value.configured(),
          value.fleet(),
          value.rate(),
          value.utilisation());
      lastSample = sample;
    }

    private void set(int index, float... values) {
      for (int i = 0; i < values.length; i++) {
        series[i][index] = values[i];
      }
    }

    double at(int which, long sample) {
      return sample > lastSample ? Double.NaN : series[which][(int) (sample % POINTS)];
    }
  }

  /** Begins a new point; {@link #put} fills it. */
  void begin(long epochSeconds) {
    lock.lock();
    try {
      times[(int) (samples++ % POINTS)] = epochSeconds;
    } finally {
      lock.unlock();
    }
  }

  void put(String namespace, String service, String instance, Sample sample) {
    lock.lock();
    try {
      hosts
          .computeIfAbsent(new Key(namespace, service, instance), key -> new Ring())
          .put(samples - 1, sample);
      if (hosts.size() > MAX_HOSTS) {
        hosts.remove(hosts.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The answer of the history route. */
  ObjectNode json(String namespace, String service, int minutes) {
    lock.lock();
    try {
      long wanted = Math.min(minutes * 60L / INTERVAL_SECONDS, POINTS);
      long from = Math.max(0, samples - wanted);
      ObjectNode answer = Json.object();
      ArrayNode timeline = answer.putArray("times");
      for (long sample = from; sample < samples; sample++) {
        timeline.add(times[(int) (sample % POINTS)]);
      }
      ArrayNode all = answer.putArray("hosts");
      Map<String, Ring> ofService = new TreeMap<>();
      hosts.forEach((key, ring) -> {
        boolean recent = ring.lastSample >= from;
        if (key.namespace().equals(namespace) && key.service().equals(service) && recent) {
          ofService.put(key.instance(), ring);
        }
      });
      ofService.forEach((instance, ring) -> all.add(host(instance, ring, from)));
      return answer;
    } finally {
      lock.unlock();
    }
  }

  private ObjectNode host(String instance, Ring ring, long from) {
    ObjectNode node = Json.object().put("instance", instance);
    ArrayNode configured = node.putArray("configured");
    ArrayNode fleet = node.putArray("fleet");
    ArrayNode effective = node.putArray("effective");
    ArrayNode rate = node.putArray("requestsPerSecond");
    ArrayNode utilisation = node.putArray("utilisation");
    for (long sample = from; sample < samples; sample++) {
      configured.add(value(ring.at(0, sample)));
      fleet.add(value(ring.at(1, sample)));
      effective.add(value(ring.at(0, sample) * ring.at(1, sample)));
      rate.add(value(ring.at(2, sample)));
      utilisation.add(value(ring.at(3, sample)));
    }
    return node;
  }

  private static @Nullable Double value(double number) {
    return Double.isNaN(number) ? null : Math.round(number * 10_000) / 10_000.0;
  }
}
