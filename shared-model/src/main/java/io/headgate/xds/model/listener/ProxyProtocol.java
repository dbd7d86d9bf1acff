package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import java.util.List;
import java.util.Set;

/**
 * The PROXY header that tells a listener who the client is (HAProxy's PROXY protocol).
 *
 * @param optional whether a connection may come without one
 * @param disallowed versions that are refused
 * @param rules values that become metadata of the connection
 * @param passed which values are kept for the hosts of clusters
 * @param statPrefix of the counters; empty for none
 */
public record ProxyProtocol(
    boolean optional, Set<Version> disallowed, List<Rule> rules, Passed passed, String statPrefix) {
  /** A form of the header. */
  public enum Version {
    /** A line of text. */
    V1,

    /** Binary, with values of any type (TLV). */
    V2
  }

  /** A value that becomes metadata. */
  public record Rule(int type, String namespace, String key) {
    public Rule {
      Checks.require(type >= 0 && type <= 255, "tlv_type must be within 0..255");
      Checks.notEmpty(namespace, "metadata_namespace");
      Checks.notEmpty(key, "key");
    }
  }

  /**
   * A choice of values.
   *
   * @param all whether it is every value
   * @param types those that it is otherwise
   */
  public record Passed(boolean all, Set<Integer> types) {
    public static final Passed NONE = new Passed(false, Set.of());

    public Passed {
      types = all ? Set.of() : Set.copyOf(types);
      Checks.require(
          types.stream().allMatch(type -> type >= 0 && type <= 255),
          "tlv_type must be within 0..255");
    }

    /** Whether values of this type are passed. */
    public boolean contains(int type) {
      return all || types.contains(type);
    }
  }

  public ProxyProtocol {
    disallowed = Set.copyOf(disallowed);
    rules = List.copyOf(rules);
    Checks.require(
        disallowed.size() < Version.values().length,
        "disallowed_versions must leave a version that may come");
  }
}
