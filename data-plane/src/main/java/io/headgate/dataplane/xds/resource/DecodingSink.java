package io.headgate.dataplane.xds.resource;

import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes resources and hands the values to the receiver; what can not be decoded is refused here.
 *
 * <p>Thread: the xds thread.
 */
public final class DecodingSink implements ResourceSink {
  private final ConfigReceiver receiver;
  private final DecodeOptions options;

  public DecodingSink(ConfigReceiver receiver, boolean ignoreUnknownFields) {
    this.receiver = receiver;
    this.options = DecodeOptions.ignoringUnknownFields(ignoreUnknownFields);
  }

  @Override
  public Map<String, String> offer(
      ResourceType type, List<NamedResource> changed, Set<String> removed) {
    Map<String, String> refused = new LinkedHashMap<>();
    Map<String, String> refusedByReceiver =
        switch (type) {
          case CLUSTER -> receiver.clusters(decode(Cluster.class, changed, refused), removed);
          case ENDPOINTS ->
              receiver.endpoints(decode(ClusterLoadAssignment.class, changed, refused), removed);
          case LISTENER -> receiver.listeners(decode(Listener.class, changed, refused), removed);
          case ROUTES ->
              receiver.routes(decode(RouteConfiguration.class, changed, refused), removed);
          case SECRET -> receiver.secrets(decode(Secret.class, changed, refused), removed);
        };
    refused.putAll(refusedByReceiver);
    return refused;
  }

  private <T extends Resource> List<Received<T>> decode(
      Class<T> kind, List<NamedResource> resources, Map<String, String> refused) {
    List<Received<T>> values = new ArrayList<>();
    for (NamedResource resource : resources) {
      switch (ResourceDecoder.decode(resource.body(), options)) {
        case Decoded.Valid<? extends Resource>(Resource value) -> {
          if (!kind.isInstance(value)) {
            refused.put(resource.name(), "its body is a " + resource.body().getTypeUrl());
          } else if (!value.name().equals(resource.name())) {
            refused.put(resource.name(), "its body is named \"" + value.name() + "\"");
          } else {
            values.add(new Received<>(resource.name(), resource.version(), kind.cast(value)));
          }
        }
        case Decoded.Invalid<? extends Resource> invalid ->
            refused.put(resource.name(), invalid.message());
      }
    }
    return values;
  }
}
