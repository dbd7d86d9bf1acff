package io.headgate.dataplane.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.MethodDescriptor;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.stream.AdsStream;
import io.headgate.dataplane.xds.stream.ChannelUser;
import io.headgate.dataplane.xds.stream.DeltaSession;
import io.headgate.dataplane.xds.stream.GrpcAdsStreams;
import io.headgate.dataplane.xds.stream.SotwSession;
import io.headgate.dataplane.xds.thread.XdsThread;
import io.headgate.xds.model.bootstrap.GrpcApi;
import java.util.List;

/** How a client's streams begin, in either variant of the protocol. */
record Opening(XdsThread thread, Ledger ledger, ResponseJudge judge, Node node) {
  AdsStream.Opener opener(
      GrpcApi.ApiType protocol,
      MethodDescriptor<DiscoveryRequest, DiscoveryResponse> sotw,
      MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta,
      List<ChannelUser> users) {
    return switch (protocol) {
      case DELTA_GRPC ->
          new GrpcAdsStreams<>(
              thread, delta, () -> new DeltaSession(ledger, judge, node, false), users);
      case GRPC ->
          new GrpcAdsStreams<>(
              thread, sotw, () -> new SotwSession(ledger, judge, node, false), users);
    };
  }
}
