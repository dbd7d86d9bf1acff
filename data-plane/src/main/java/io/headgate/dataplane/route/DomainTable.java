package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the virtual host of an authority: exact first, then the longest suffix wildcard, then the
 * longest prefix wildcard, then {@code *}. Case is ignored.
 *
 * <p>A wildcard stands for at least one character. Spec: Envoy, {@code VirtualHost.domains}.
 */
final class DomainTable<V> {

  private final LowerBytes<V> exact;
  private final LengthGroup<V>[] suffixes;
  private final LengthGroup<V>[] prefixes;
  private final @Nullable V any;

  /** Domains of the same length; longer ones are asked first. */
  private record LengthGroup<V>(int length, LowerBytes<V> texts) {}

  /** Takes lower-case domains. */
  DomainTable(Map<String, V> domains) {
    exact = new LowerBytes<>(domains.size());
    Map<Integer, Map<String, V>> bySuffix = new TreeMap<>(Comparator.reverseOrder());
    Map<Integer, Map<String, V>> byPrefix = new TreeMap<>(Comparator.reverseOrder());
    V star = null;
    for (Map.Entry<String, V> entry : domains.entrySet()) {
      String domain = entry.getKey();
      if (domain.equals("*")) {
        star = entry.getValue();
      } else if (domain.startsWith("*")) {
        group(bySuffix, domain.substring(1), entry.getValue());
      } else if (domain.endsWith("*")) {
        group(byPrefix, domain.substring(0, domain.length() - 1), entry.getValue());
      } else {
        exact.put(domain.getBytes(ISO_8859_1), entry.getValue());
      }
    }
    any = star;
    suffixes = compile(bySuffix);
    prefixes = compile(byPrefix);
  }

  private static <V> void group(Map<Integer, Map<String, V>> groups, String text, V value) {
    groups.computeIfAbsent(text.length(), length -> new TreeMap<>()).put(text, value);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private static <V> LengthGroup<V>[] compile(Map<Integer, Map<String, V>> groups) {
    LengthGroup<V>[] compiled = new LengthGroup[groups.size()];
    int i = 0;
    for (Map.Entry<Integer, Map<String, V>> group : groups.entrySet()) {
      LowerBytes<V> texts = new LowerBytes<>(group.getValue().size());
      group.getValue().forEach((text, value) -> texts.put(text.getBytes(ISO_8859_1), value));
      compiled[i++] = new LengthGroup<>(group.getKey(), texts);
    }
    return compiled;
  }

  /** The value for the authority in the bytes, or null. */
  @Nullable V find(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return any;
    }
    V found = exact.get(bytes, offset, length);
    if (found != null) {
      return found;
    }
    for (LengthGroup<V> group : suffixes) {
      if (group.length < length) {
        found = group.texts.get(bytes, offset + length - group.length, group.length);
        if (found != null) {
          return found;
        }
      }
    }
    for (LengthGroup<V> group : prefixes) {
      if (group.length < length) {
        found = group.texts.get(bytes, offset, group.length);
        if (found != null) {
          return found;
        }
      }
    }
    return any;
  }
}
