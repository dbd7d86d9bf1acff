package io.headgate.dataplane.observe;

import java.util.ArrayList;
import java.util.List;

/** A prefix of meter names with its Prometheus labels. Immutable. <b>Thread:</b> any. */
public final class Scope {
  private final Meters meters;
  private final String prefix;
  private final String family;
  private final List<String> labels;

  Scope(Meters meters, String prefix, String family, List<String> labels) {
    this.meters = meters;
    this.prefix = prefix;
    this.family = family;
    this.labels = labels;
  }

  /** Returns the prefix of the names at {@code /stats}, without a dot at its end. */
  public String prefix() {
    return prefix;
  }

  /** Returns a scope beside this one for meters that Envoy does not have. */
  public Scope own() {
    return new Scope(meters, "headgate_" + prefix, "headgate_" + family, labels);
  }

  /** Returns a scope without labels at the top, for meters that all configs share. */
  public Scope top(String name) {
    return meters.scope(name);
  }

  /** Returns a scope below this one. */
  public Scope scope(String name) {
    return new Scope(meters, prefix + "." + name, family + "." + name, labels);
  }

  /** Returns a scope below this one, whose value is a label at Prometheus. */
  public Scope scope(String name, String label, String value) {
    return new Scope(
        meters, prefix + "." + name + "." + value, family + "." + name, plus(label, value));
  }

  /** Forgets the meters of a scope below this one whose config is gone. */
  public void forget(String name) {
    meters.forget(scope(name));
  }

  public Counter counter(String name) {
    return meters.counter(prefix + "." + name, series(name, labels));
  }

  /**
   * Returns a counter whose name holds a label's value, for example {@code
   * counter("upstream_rq_2xx", "upstream_rq_xx", "envoy_response_code_class", "2")}.
   */
  public Counter counter(String name, String familyName, String label, String value) {
    return meters.counter(prefix + "." + name, series(familyName, plus(label, value)));
  }

  public Gauge gauge(String name) {
    return meters.gauge(prefix + "." + name, series(name, labels));
  }

  public Histogram histogram(String name) {
    return meters.histogram(prefix + "." + name, series(name, labels));
  }

  private Meters.Series series(String name, List<String> with) {
    String full = family + "." + name;
    StringBuilder text = new StringBuilder(full.startsWith("headgate") ? "" : "envoy_");
    for (int i = 0; i < full.length(); i++) {
      char c = full.charAt(i);
      text.append(Character.isLetterOrDigit(c) && c < 128 ? c : '_');
    }
    return new Meters.Series(text.toString(), full, with);
  }

  private List<String> plus(String label, String value) {
    List<String> more = new ArrayList<>(labels);
    more.add(label);
    more.add(value);
    return more;
  }
}
