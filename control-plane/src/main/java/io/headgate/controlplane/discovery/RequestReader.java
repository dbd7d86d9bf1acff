package io.headgate.controlplane.discovery;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.headgate.controlplane.discovery.ClientRequest.Refusal;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.Optional;

/** Reads a request message of either protocol variant. */
interface RequestReader<M> {
  RequestReader<DiscoveryRequest> SOTW =
      new RequestReader<>() {
        @Override
        public boolean delta() {
          return false;
        }

        @Override
        public String typeUrl(DiscoveryRequest message) {
          return message.getTypeUrl();
        }

        @Override
        public Node node(DiscoveryRequest message) {
          return message.getNode();
        }

        @Override
        public ClientRequest read(DiscoveryRequest message, ResourceType type) {
          return new ClientRequest.Sotw(
              type,
              message.getVersionInfo(),
              message.getResponseNonce(),
              message.getResourceNamesList(),
              refusal(message.hasErrorDetail(), message.getErrorDetail()));
        }
      };

  RequestReader<DeltaDiscoveryRequest> DELTA =
      new RequestReader<>() {
        @Override
        public boolean delta() {
          return true;
        }

        @Override
        public String typeUrl(DeltaDiscoveryRequest message) {
          return message.getTypeUrl();
        }

        @Override
        public Node node(DeltaDiscoveryRequest message) {
          return message.getNode();
        }

        @Override
        public ClientRequest read(DeltaDiscoveryRequest message, ResourceType type) {
          return new ClientRequest.Delta(
              type,
              message.getResponseNonce(),
              message.getResourceNamesSubscribeList(),
              message.getResourceNamesUnsubscribeList(),
              message.getInitialResourceVersionsMap(),
              refusal(message.hasErrorDetail(), message.getErrorDetail()));
        }
      };

  boolean delta();

  String typeUrl(M message);

  Node node(M message);

  ClientRequest read(M message, ResourceType type);

  private static Optional<Refusal> refusal(boolean present, com.google.rpc.Status status) {
    return present
        ? Optional.of(new Refusal(status.getCode(), status.getMessage()))
        : Optional.empty();
  }
}
