package io.headgate.dataplane.endpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a cluster as of one endpoint update: immutable, grouped by priority.
 *
 * <p>Thread: any.
 */
public final class HostSet {

  /** No host at all. */
  public static final HostSet EMPTY = new HostSet(List.of());

  private final List<Host> hosts;
  private final List<List<Host>> priorities;
  private final Map<String, Host> byText;

  /** Takes the hosts in the order in which discovery listed them. */
  public HostSet(List<Host> hosts) {
    this.hosts = List.copyOf(hosts);
    int levels = 0;
    for (Host host : hosts) {
      levels = Math.max(levels, host.priority() + 1);
    }
    List<List<Host>> grouped = new ArrayList<>(Collections.nCopies(levels, List.of()));
    Map<String, Host> named = HashMap.newHashMap(hosts.size());
    for (int p = 0; p < levels; p++) {
      List<Host> level = new ArrayList<>();
      for (Host host : hosts) {
        if (host.priority() == p) {
          level.add(host);
        }
      }
      grouped.set(p, List.copyOf(level));
    }
    for (Host host : hosts) {
      if (named.put(host.endpoint().text(), host) != null) {
        throw new IllegalArgumentException("host " + host.endpoint().text() + " is listed twice");
      }
    }
    priorities = List.copyOf(grouped);
    byText = Map.copyOf(named);
  }

  /** All hosts. */
  public List<Host> hosts() {
    return hosts;
  }

  /** Hosts by priority; a level without hosts is an empty list. */
  public List<List<Host>> priorities() {
    return priorities;
  }

  /** The endpoint of the given {@code address:port}, or null. */
  public @Nullable Host find(String text) {
    return byText.get(text);
  }

  /** How many hosts there are. */
  public int size() {
    return hosts.size();
  }
}
