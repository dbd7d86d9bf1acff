package io.headgate.dataplane.lb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.endpoint.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The last table that a hashing policy made of a cluster's hosts: the loops of a proxy see the same
 * hosts, so the first one that asks makes it for all.
 *
 * <p>Thread: any; what is kept is immutable, and two loops that ask at once both make it.
 *
 * @param <T> the table, immutable
 */
public final class HashTables<T> {
  private final Function<Input, T> maker;
  // Empty before the first.
  private final Current<List<Made<T>>> last = new Current<>(List.of());

  /**
   * What a table is made of.
   *
   * @param keys what each host is hashed by
   */
  public record Input(byte[][] keys, int[] weights) {}

  private record Made<T>(Endpoint[] hosts, Input input, T table) {
    boolean isOf(Endpoint[] otherHosts, Input other) {
      return Arrays.equals(hosts, otherHosts)
          && Arrays.equals(input.weights(), other.weights())
          && Arrays.deepEquals(input.keys(), other.keys());
    }
  }

  /** Makes an empty store of tables. */
  public HashTables(Function<Input, T> maker) {
    this.maker = maker;
  }

  /**
   * The table of these hosts.
   *
   * @param byHostname whether hosts that have a name are hashed by it, else by address and port
   */
  public T of(Endpoint[] hosts, int[] weights, boolean byHostname) {
    byte[][] keys = new byte[hosts.length][];
    for (int i = 0; i < hosts.length; i++) {
      String name = byHostname ? hosts[i].hostname() : "";
      keys[i] = (name.isEmpty() ? hosts[i].text() : name).getBytes(UTF_8);
    }
    Input input = new Input(keys, weights);
    for (Made<T> known : last.get()) {
      if (known.isOf(hosts, input)) {
        return known.table();
      }
    }
    T table = maker.apply(input);
    last.set(List.of(new Made<>(hosts, input, table)));
    return table;
  }
}
