package io.headgate.dataplane.runtime;

/** How far the start has come, in this order. */
public enum Phase {
  /** The bootstrap's clusters warm. */
  FIXED_CLUSTERS,
  /** The control plane's clusters come and warm. */
  CLUSTERS,
  /** Listeners and their routes come and warm. */
  LISTENERS,
  /** Sockets are open. */
  LIVE
}
