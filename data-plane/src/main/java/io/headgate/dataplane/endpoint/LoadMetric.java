package io.headgate.dataplane.endpoint;

/** The ORCA metrics that are added up per endpoint and reported by name. */
public enum LoadMetric {
  /** Application-defined utilisation, 1 = at capacity. */
  APPLICATION_UTILIZATION(0, "application_utilization"),
  /** CPU used ÷ CPU available; may exceed 1. */
  CPU_UTILIZATION(1, "cpu_utilization"),
  /** Memory used ÷ memory available, 0 to 1. */
  MEM_UTILIZATION(2, "mem_utilization"),
  /** Requests a second as the backend counts them. */
  RPS(3, "rps"),
  /** Errors a second as the backend counts them. */
  EPS(4, "eps");

  static final int COUNT = values().length;

  private final int slot;

  private final String reportName;

  LoadMetric(int slot, String reportName) {
    this.slot = slot;
    this.reportName = reportName;
  }

  /** Where the metric lies in arrays that hold one value per metric. */
  public int slot() {
    return slot;
  }

  /** The name in load reports. */
  public String reportName() {
    return reportName;
  }
}
