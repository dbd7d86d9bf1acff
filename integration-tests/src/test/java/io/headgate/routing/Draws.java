package io.headgate.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small things that are drawn in many places. */
record Draws(Random random) {
  <T> T one(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** A fraction that leaves nothing to chance: all or nothing, by default or by a runtime key. */
  Map<String, Object> fraction() {
    Map<String, Object> fraction = new LinkedHashMap<>();
    boolean all = random.nextBoolean();
    fraction.put(
        "default_value",
        Map.of(
            "numerator",
            all ? 1_000_000 : 0,
            "denominator",
            one(List.of("HUNDRED", "TEN_THOUSAND", "MILLION"))));
    if (random.nextBoolean()) {
      fraction.put("runtime_key", one(List.of("routing.on", "routing.off", "routing.unset")));
    }
    return fraction;
  }
}
