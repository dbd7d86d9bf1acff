package io.headgate.controlplane.fleetstate;

/**
 * What a proxy reports of one resource; empty strings where there is nothing.
 *
 * @param serving the version that carries traffic
 * @param warming the version that is accepted and not yet serving
 * @param warmingReason what it waits for
 * @param rejected the version that was refused last
 * @param rejectedReason why
 */
record ResourceReport(
    String serving, String warming, String warmingReason, String rejected, String rejectedReason) {

  /** Why {@code wanted} does not serve. */
  String reason(String wanted) {
    if (rejected.equals(wanted)) {
      return "refused: " + rejectedReason;
    }
    if (!warming.isEmpty()) {
      return warmingReason.isEmpty() ? "warms" : "warms: " + warmingReason;
    }
    return serving.isEmpty() ? "received, does not serve yet" : "an older version serves";
  }
}
