package io.headgate.dataplane.route;

import io.headgate.dataplane.current.Current;
import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.value.Fraction;
import io.headgate.xds.model.value.RuntimeFraction;
import io.headgate.xds.model.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The runtime values of the process: fixed layers of the bootstrap and the one that the admin
 * interface changes. Later layers count before earlier ones.
 *
 * <p>Thread: any reads, from one immutable snapshot; the config thread changes.
 */
public final class RuntimeValues implements RuntimeFlags {
  private static final Pattern FRACTION =
      Pattern.compile(
          "\\{?\\s*\"?numerator\"?\\s*:\\s*(\\d{1,9})\\s*(?:[,\\n]\\s*\"?denominator\"?\\s*:"
              + "\\s*\"?(HUNDRED|TEN_THOUSAND|MILLION)\"?\\s*)?}?");
  private final List<RuntimeLayer> layers;
  private final Map<String, String> admin = new TreeMap<>();
  private final Current<Snapshot> snapshot;

  /**
   * A key with its text in every layer, empty where a layer has none.
   *
   * @param text the one that counts
   */
  public record Entry(List<String> layerTexts, String text) {}

  /** A text as what it can be taken for. */
  private record Parsed(long number, @Nullable Fraction fraction) {}

  private record Snapshot(Map<String, Entry> entries, Map<String, Parsed> parsed) {}

  /** Takes the layers of a bootstrap. */
  public RuntimeValues(List<RuntimeLayer> layers) {
    this.layers = List.copyOf(layers);
    this.snapshot = new Current<>(build());
  }

  /** Names of the layers, in order. */
  public List<String> layers() {
    return layers.stream().map(RuntimeLayer::name).toList();
  }

  /** All keys that have a value, sorted. */
  public Map<String, Entry> entries() {
    return snapshot.get().entries();
  }

  /** Whether a layer takes changes. */
  public boolean isChangeable() {
    return layers.stream().anyMatch(RuntimeLayer.Admin.class::isInstance);
  }

  /**
   * Sets keys in the admin's layer; an empty text takes a key out of it. Thread: the config thread.
   */
  public void set(Map<String, String> changes) {
    changes.forEach((key, text) -> {
      if (text.isEmpty()) {
        admin.remove(key);
      } else {
        admin.put(key, text);
      }
    });
    snapshot.set(build());
  }

  private Snapshot build() {
    List<Map<String, String>> byLayer = new ArrayList<>();
    for (RuntimeLayer layer : layers) {
      byLayer.add(
          switch (layer) {
            case RuntimeLayer.Admin _ -> Map.copyOf(admin);
            case RuntimeLayer.Fixed fixed -> {
              Map<String, String> texts = new HashMap<>();
              flatten("", fixed.values(), texts);
              yield texts;
            }
          });
    }
    Map<String, Entry> entries = new TreeMap<>();
    Map<String, Parsed> parsed = new HashMap<>();
    byLayer.stream()
        .flatMap(layer -> layer.keySet().stream())
        .forEach(key -> {
          List<String> texts = byLayer.stream().map(layer -> layer.getOrDefault(key, "")).toList();
          String last = "";
          for (String text : texts) {
            last = text.isEmpty() ? last : text;
          }
          entries.put(key, new Entry(texts, last));
          parsed.put(key, parse(last));
        });
    return new Snapshot(Collections.unmodifiableMap(entries), Map.copyOf(parsed));
  }

  private static void flatten(String prefix, Value.Obj values, Map<String, String> into) {
    values
        .fields()
        .forEach((name, value) -> {
          String key = prefix + name;
          switch (value) {
            case Value.Obj nested -> {
              if (nested.fields().containsKey("numerator")) {
                into.put(key, fractionText(nested));
              } else {
                flatten(key + ".", nested, into);
              }
            }
            case Value.Str text -> into.put(key, text.value());
            case Value.Bool bool -> into.put(key, Boolean.toString(bool.value()));
            case Value.Num number -> into.put(key, text(number.value()));
            case Value.Null _, Value.Arr _ -> {}
          }
        });
  }

  private static String fractionText(Value.Obj fraction) {
    String denominator =
        fraction.fields().get("denominator") instanceof Value.Str text ? text.value() : "HUNDRED";
    String numerator =
        fraction.fields().get("numerator") instanceof Value.Num number ? text(number.value()) : "0";
    return "{\"numerator\": " + numerator + ", \"denominator\": \"" + denominator + "\"}";
  }

  private static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private static Parsed parse(String text) {
    Matcher fraction = FRACTION.matcher(text.strip());
    if (fraction.matches()) {
      String unit = fraction.group(2);
      int denominator =
          "MILLION".equals(unit) ? 1_000_000 : "TEN_THOUSAND".equals(unit) ? 10_000 : 100;
      return new Parsed(-1, new Fraction(Long.parseLong(fraction.group(1)), denominator));
    }
    return new Parsed(text.matches("\\d{1,18}") ? Long.parseLong(text) : -1, null);
  }

  @Override
  public boolean takes(RuntimeFraction fraction, long drawn) {
    Parsed value = fraction.key().isEmpty() ? null : snapshot.get().parsed().get(fraction.key());
    if (value != null && value.fraction() != null) {
      return value.fraction().takes(drawn);
    }
    if (value != null && value.number() >= 0) {
      return Long.remainderUnsigned(drawn, 100) < value.number();
    }
    return fraction.fraction().takes(drawn);
  }

  @Override
  public long integer(String key, long fallback) {
    Parsed value = snapshot.get().parsed().get(key);
    return value == null || value.number() < 0 ? fallback : value.number();
  }
}
