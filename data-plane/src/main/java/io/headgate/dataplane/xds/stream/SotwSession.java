package io.headgate.dataplane.xds.stream;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
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

/**
 * The state-of-the-world protocol on one stream.
 *
 * <p>Every request of a type carries all names, the last version that was accepted whole and the
 * newest nonce. For listeners and clusters absence deletes; for the other types it says nothing.
 *
 * <p>Spec: the xDS protocol, "Basic protocol overview", "Deleting resources".
 */
public final class SotwSession implements AdsSession<DiscoveryRequest, DiscoveryResponse> {
  /** A resource may come wrapped, with its own name and version. */
  private static final String WRAPPER =
      "type.googleapis.com/" + Resource.getDescriptor().getFullName();

  private final Ledger ledger;
  private final ResponseJudge judge;
  private final NodeOnce node;
  private final Map<ResourceType, Sent> sent = new EnumMap<>(ResourceType.class);

  /**
   * The names and the nonce of the newest request of one type.
   *
   * @param named whether any request of this stream carried a name
   */
  private record Sent(boolean all, SortedSet<String> names, String nonce, boolean named) {}

  public SotwSession(Ledger ledger, ResponseJudge judge, Node node, boolean nodeOnlyFirst) {
    this.ledger = ledger;
    this.judge = judge;
    this.node = new NodeOnce(node, nodeOnlyFirst);
  }

  @Override
  public List<DiscoveryRequest> open() {
    List<DiscoveryRequest> requests = new ArrayList<>();
    for (TypeLedger type : ledger.wanted()) {
      requests.add(request(type, "").build());
    }
    return requests;
  }

  @Override
  public Optional<DiscoveryRequest> interestChanged(ResourceType type) {
    TypeLedger wanted = ledger.of(type);
    Sent before = sent.get(type);
    if (before == null) {
      // An empty list on a stream that named nothing would ask for everything.
      return wanted.wantsNothing() ? Optional.empty() : Optional.of(request(wanted, "").build());
    }
    if (before.all() == wanted.wantsAll() && before.names().equals(wanted.wantedNames())) {
      return Optional.empty();
    }
    return Optional.of(request(wanted, before.nonce()).build());
  }

  @Override
  public Answer<DiscoveryRequest> answer(DiscoveryResponse response) {
    Optional<ResourceType> type = ResourceType.ofUrl(response.getTypeUrl());
    if (type.isEmpty()) {
      DiscoveryRequest.Builder reply =
          DiscoveryRequest.newBuilder()
              .setTypeUrl(response.getTypeUrl())
              .setResponseNonce(response.getNonce());
      node.addTo(reply::setNode);
      ResponseJudge.Verdict verdict = unknownType(response.getTypeUrl());
      verdict.error().ifPresent(reply::setErrorDetail);
      return new Answer<>(type, verdict, reply.build());
    }
    TypeLedger known = ledger.of(type.get());
    ResponseJudge.Verdict verdict = judge.judge(known, neutral(known, response));
    DiscoveryRequest.Builder reply = request(known, response.getNonce());
    verdict.error().ifPresent(reply::setErrorDetail);
    return new Answer<>(type, verdict, reply.build());
  }

  private DiscoveryRequest.Builder request(TypeLedger type, String nonce) {
    Sent before = sent.get(type.type());
    SortedSet<String> names = type.wantedNames();
    // After names were sent, an empty list would unsubscribe: everything is then called "*".
    if (type.wantsAll() && before != null && before.named()) {
      names.add("*");
    }
    boolean named = !names.isEmpty() || (before != null && before.named());
    sent.put(type.type(), new Sent(type.wantsAll(), type.wantedNames(), nonce, named));
    DiscoveryRequest.Builder request =
        DiscoveryRequest.newBuilder()
            .setTypeUrl(type.type().typeUrl())
            .setVersionInfo(type.version())
            .setResponseNonce(nonce)
            .addAllResourceNames(names);
    node.addTo(request::setNode);
    return request;
  }

  private static ResponseJudge.Response neutral(TypeLedger ledger, DiscoveryResponse response) {
    ResourceType type = ledger.type();
    List<NamedResource> resources = new ArrayList<>();
    Map<String, String> broken = new LinkedHashMap<>();
    Set<String> present = new LinkedHashSet<>();
    boolean nameless = false;
    for (int i = 0; i < response.getResourcesCount(); i++) {
      try {
        NamedResource resource = unwrap(type, response.getResources(i), response.getVersionInfo());
        present.add(resource.name());
        if (resource.body().getTypeUrl().equals(type.typeUrl())) {
          resources.add(resource);
        } else {
          broken.put(resource.name(), "its body is a " + resource.body().getTypeUrl());
        }
      } catch (InvalidProtocolBufferException e) {
        nameless = true;
        broken.put("#" + i, "it can not be parsed: " + e.getMessage());
      }
    }
    Set<String> removed = new LinkedHashSet<>();
    // One that can't be read may be any of those held, so then nothing is taken for absent.
    if (type.fullState() && !nameless) {
      removed.addAll(ledger.held().keySet());
      removed.removeAll(present);
    }
    return new ResponseJudge.Response(
        response.getVersionInfo(),
        response.getControlPlane().getIdentifier(),
        resources,
        removed,
        broken);
  }

  private static NamedResource unwrap(ResourceType type, Any body, String version)
      throws InvalidProtocolBufferException {
    if (body.getTypeUrl().equals(WRAPPER)) {
      Resource wrapped = Resource.parseFrom(body.getValue());
      String own = wrapped.getVersion().isEmpty() ? version : wrapped.getVersion();
      return new NamedResource(wrapped.getName(), own, wrapped.getResource());
    }
    if (!body.getTypeUrl().equals(type.typeUrl())) {
      throw new InvalidProtocolBufferException("its body is a " + body.getTypeUrl());
    }
    return new NamedResource(type.nameIn(body), version, body);
  }

  static ResponseJudge.Verdict unknownType(String typeUrl) {
    return new ResponseJudge.Verdict(
        Optional.of(ResponseJudge.status("nobody asked for resources of type " + typeUrl)),
        Set.of(),
        false);
  }
}
