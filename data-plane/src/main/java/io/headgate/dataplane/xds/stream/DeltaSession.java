package io.headgate.dataplane.xds.stream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.headgate.dataplane.xds.node.NodeOnce;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.NamedResource;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.resource.TypeLedger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The incremental protocol on one stream.
 *
 * <p>The first message of a type subscribes to everything wanted and says what is held, so an equal
 * resource is not sent again. Later messages carry only the difference. The nonce is sent with an
 * ACK or a NACK and never with a subscription.
 *
 * <p>Spec: the xDS protocol, "Incremental xDS".
 */
public final class DeltaSession
    implements AdsSession<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
  private final Ledger ledger;
  private final ResponseJudge judge;
  private final NodeOnce node;
  private final Map<ResourceType, Asked> asked = new EnumMap<>(ResourceType.class);

  /** What this stream has subscribed to of one type. */
  private record Asked(boolean all, SortedSet<String> names) {}

  public DeltaSession(Ledger ledger, ResponseJudge judge, Node node, boolean nodeOnlyFirst) {
    this.ledger = ledger;
    this.judge = judge;
    this.node = new NodeOnce(node, nodeOnlyFirst);
  }

  @Override
  public List<DeltaDiscoveryRequest> open() {
    List<DeltaDiscoveryRequest> requests = new ArrayList<>();
    for (TypeLedger type : ledger.wanted()) {
      requests.add(first(type));
    }
    return requests;
  }

  @Override
  public Optional<DeltaDiscoveryRequest> interestChanged(ResourceType type) {
    TypeLedger wanted = ledger.of(type);
    Asked before = asked.get(type);
    if (before == null) {
      return wanted.wantsNothing() ? Optional.empty() : Optional.of(first(wanted));
    }
    SortedSet<String> add = wanted.wantedNames();
    add.removeAll(before.names());
    TreeSet<String> drop = new TreeSet<>(before.names());
    drop.removeAll(wanted.wantedNames());
    if (wanted.wantsAll() && !before.all()) {
      add.add("*");
    }
    if (!wanted.wantsAll() && before.all()) {
      drop.add("*");
    }
    if (add.isEmpty() && drop.isEmpty()) {
      return Optional.empty();
    }
    asked.put(type, new Asked(wanted.wantsAll(), wanted.wantedNames()));
    return Optional.of(
        message(type)
            .addAllResourceNamesSubscribe(add)
            .addAllResourceNamesUnsubscribe(drop)
            .build());
  }

  @Override
  public Answer<DeltaDiscoveryRequest> answer(DeltaDiscoveryResponse response) {
    Optional<ResourceType> type = ResourceType.ofUrl(response.getTypeUrl());
    DeltaDiscoveryRequest.Builder reply =
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce());
    node.addTo(reply::setNode);
    ResponseJudge.Verdict verdict =
        type.map(known -> judge.judge(ledger.of(known), neutral(known, response)))
            .orElseGet(() -> SotwSession.unknownType(response.getTypeUrl()));
    verdict.error().ifPresent(reply::setErrorDetail);
    return new Answer<>(type, verdict, reply.build());
  }

  private DeltaDiscoveryRequest first(TypeLedger type) {
    asked.put(type.type(), new Asked(type.wantsAll(), type.wantedNames()));
    return message(type.type())
        .addAllResourceNamesSubscribe(type.wantedNames())
        .putAllInitialResourceVersions(type.heldVersions())
        .build();
  }

  private DeltaDiscoveryRequest.Builder message(ResourceType type) {
    DeltaDiscoveryRequest.Builder request =
        DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
    node.addTo(request::setNode);
    return request;
  }

  private ResponseJudge.Response neutral(ResourceType type, DeltaDiscoveryResponse response) {
    List<NamedResource> resources = new ArrayList<>();
    Map<String, String> broken = new LinkedHashMap<>();
    for (Resource resource : response.getResourcesList()) {
      String name = resource.getName();
      Any body = resource.getResource();
      if (!resource.hasResource()) {
        // A body may be missing only where the version is the one that is held.
        NamedResource held = ledger.of(type).held().get(name);
        if (held == null || !held.version().equals(resource.getVersion())) {
          broken.put(name, "it has no body, and its version is not the one that is held");
        }
      } else if (!body.getTypeUrl().equals(type.typeUrl())) {
        broken.put(name, "its body is a " + body.getTypeUrl());
      } else {
        resources.add(new NamedResource(name, resource.getVersion(), body));
      }
    }
    Set<String> removed = new LinkedHashSet<>(response.getRemovedResourcesList());
    String identifier =
        response.getControlPlane().getIdentifier().isEmpty()
            ? response.getSystemVersionInfo()
            : response.getControlPlane().getIdentifier();
    return new ResponseJudge.Response(
        response.getSystemVersionInfo(), identifier, resources, removed, broken);
  }
}
