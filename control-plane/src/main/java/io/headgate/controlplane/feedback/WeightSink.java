package io.headgate.controlplane.feedback;

import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.ObjectKey;

/** Where the leader's weights go: etcd, fenced by the leader key. */
public interface WeightSink {
  /** Whether this replica leads. */
  boolean isLeader();

  /**
   * Writes the weights of a service; a conflict when this replica does not lead any more. Blocks.
   */
  WriteResult write(ObjectKey service, ServiceWeights weights);
}
