package io.headgate.dataplane.xds;

import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.ResourceType;

/** What the client counts. Implemented by {@code app}. Thread: the xds thread. */
public interface XdsMetrics {
  /** Envoy's {@code control_plane.connected_state}. */
  void connected(boolean connected);

  /** A response of this type was accepted whole; {@code version} is what it was called. */
  void updateSuccess(ResourceType type, String version);

  /** A response of this type was refused, whole or in part. */
  void updateRejected(ResourceType type);

  /** The stream ended while this type was subscribed. */
  void updateFailure(ResourceType type);

  /** A resource of this type was waited for in vain. */
  void initFetchTimeout(ResourceType type);

  /** Where the config in force comes from changed. */
  void configSource(ConfigSource source);

  /** A write of the last-known-good file succeeded or failed. */
  void lastKnownGoodWritten(boolean success);

  /** Counts nothing. */
  XdsMetrics NONE =
      new XdsMetrics() {
        @Override
        public void connected(boolean connected) {}

        @Override
        public void updateSuccess(ResourceType type, String version) {}

        @Override
        public void updateRejected(ResourceType type) {}

        @Override
        public void updateFailure(ResourceType type) {}

        @Override
        public void initFetchTimeout(ResourceType type) {}

        @Override
        public void configSource(ConfigSource source) {}

        @Override
        public void lastKnownGoodWritten(boolean success) {}
      };
}
