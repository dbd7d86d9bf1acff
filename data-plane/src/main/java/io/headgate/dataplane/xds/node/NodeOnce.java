package io.headgate.dataplane.xds.node;

import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.function.Consumer;

/** The node's description, in the first message of a stream or, if so configured, in every one. */
public final class NodeOnce {
  private final Node node;
  private final boolean onlyFirst;
  private boolean sent;

  public NodeOnce(Node node, boolean onlyFirst) {
    this.node = node;
    this.onlyFirst = onlyFirst;
  }

  public void addTo(Consumer<Node> message) {
    if (!sent || !onlyFirst) {
      message.accept(node);
      sent = true;
    }
  }
}
