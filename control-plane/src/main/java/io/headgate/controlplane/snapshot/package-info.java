/**
 * Versioned, encoded-once resources for each node group: what discovery sends and what replicas
 * agree on byte for byte.
 *
 * <p>Thread: values are immutable and may be read anywhere; {@code SnapshotStore} is written by the
 * loader's thread only.
 *
 * <p>May import: {@code compile}, {@code image}, {@code io.headgate.xds.codec}, {@code
 * io.headgate.fleet}.
 */
@NullMarked
package io.headgate.controlplane.snapshot;

import org.jspecify.annotations.NullMarked;
