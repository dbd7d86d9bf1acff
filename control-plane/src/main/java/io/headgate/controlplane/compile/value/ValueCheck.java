package io.headgate.controlplane.compile.value;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import java.util.List;

/** Asks the proxies' own decoder whether it would take a value. Thread: any. */
public interface ValueCheck {
  /** Takes everything. */
  ValueCheck NONE =
      new ValueCheck() {
        @Override
        public List<Finding> cluster(Cluster value) {
          return List.of();
        }

        @Override
        public List<Finding> endpoints(ClusterLoadAssignment value) {
          return List.of();
        }

        @Override
        public List<Finding> listener(Listener value) {
          return List.of();
        }

        @Override
        public List<Finding> routes(RouteConfiguration value) {
          return List.of();
        }
      };

  /**
   * What a proxy would refuse.
   *
   * @param path the field's path inside the xDS resource
   */
  record Finding(String path, String value, String reason, String fix) {}

  List<Finding> cluster(Cluster value);

  List<Finding> endpoints(ClusterLoadAssignment value);

  List<Finding> listener(Listener value);

  List<Finding> routes(RouteConfiguration value);
}
