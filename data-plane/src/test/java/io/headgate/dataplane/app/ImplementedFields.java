package io.headgate.dataplane.app;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.headgate.xds.codec.bootstrap.BootstrapDecoder;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.NoEffect;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the decoder which fields of a bootstrap it takes: sets one field after the other and looks
 * whether it is refused by name.
 */
final class ImplementedFields {
  private static final String NOT_IMPLEMENTED = " is not implemented";

  private ImplementedFields() {}

  /**
   * A message of the bootstrap.
   *
   * @param bases valid ones without the field; one that takes it is enough
   * @param in the bootstrap around a message
   */
  private record Place(List<? extends Message> bases, Function<Message, Bootstrap> in) {
    Descriptor type() {
      return bases.getFirst().getDescriptorForType();
    }
  }

  private static List<Place> places() {
    return List.of(
        new Place(List.of(Bootstrap.getDefaultInstance()), message -> (Bootstrap) message),
        inField("node"),
        inField("static_resources"),
        inField("dynamic_resources"),
        inField("cluster_manager"),
        inField("admin"),
        new Place(
            List.of(listener(manager().build())), message -> withListener((Listener) message)),
        new Place(
            List.of(manager().build()),
            message -> withListener(listener((HttpConnectionManager) message))),
        new Place(
            List.of(RouteAction.newBuilder().setCluster("c").build()),
            message ->
                withListener(
                    listener(manager().setRouteConfig(routes((RouteAction) message)).build()))),
        new Place(
            clusters(),
            message -> of(b -> b.getStaticResourcesBuilder().addClusters((Cluster) message))));
  }

  private static Bootstrap withListener(Listener listener) {
    return of(b -> b.getStaticResourcesBuilder().addListeners(listener));
  }

  private static Listener listener(HttpConnectionManager manager) {
    return Listener.newBuilder()
        .setName("l")
        .setAddress(address())
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(Filter.newBuilder().setName("f").setTypedConfig(Any.pack(manager))))
        .build();
  }

  private static HttpConnectionManager.Builder manager() {
    return HttpConnectionManager.newBuilder()
        .setStatPrefix("s")
        .setRouteConfig(routes(RouteAction.newBuilder().setCluster("c").build()))
        .addHttpFilters(
            HttpFilter.newBuilder()
                .setName("r")
                .setTypedConfig(Any.pack(Router.getDefaultInstance())));
  }

  private static RouteConfiguration routes(RouteAction action) {
    return RouteConfiguration.newBuilder()
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName("v")
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(action)))
        .build();
  }

  private static List<Cluster> clusters() {
    Cluster fixed =
        Cluster.newBuilder()
            .setName("c")
            .setLoadAssignment(ClusterLoadAssignment.newBuilder().setClusterName("c"))
            .build();
    return List.of(
        fixed,
        fixed.toBuilder().setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST).build(),
        Cluster.newBuilder().setName("c").setType(Cluster.DiscoveryType.EDS).build());
  }

  private static Place inField(String name) {
    FieldDescriptor field = Bootstrap.getDescriptor().findFieldByName(name);
    return new Place(
        List.of(Bootstrap.newBuilder().newBuilderForField(field).buildPartial()),
        message -> of(bootstrap -> bootstrap.setField(field, message)));
  }

  private static Bootstrap of(Consumer<Bootstrap.Builder> content) {
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    content.accept(bootstrap);
    return bootstrap.build();
  }

  private static Address.Builder address() {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(1));
  }

  /** Rows of the page: a message, the fields that it takes and those that it refuses. */
  static String rows() {
    StringBuilder rows = new StringBuilder();
    for (Place place : places()) {
      String message = place.type().getFullName();
      Set<String> idle = NoEffect.all().getOrDefault(message, Set.of());
      Set<String> taken = new TreeSet<>();
      Set<String> refused = new TreeSet<>();
      for (FieldDescriptor field : place.type().getFields()) {
        if (idle.contains(field.getName())) {
          continue;
        }
        String name = "`" + field.getName() + "`";
        if (place.bases.stream().allMatch(base -> refuses(place, base, field))) {
          refused.add(name);
        } else {
          taken.add(name + only(place, field));
        }
      }
      rows.append("| `")
          .append(message)
          .append("` | ")
          .append(code(taken))
          .append(" | ")
          .append(code(refused))
          .append(" |\n");
    }
    return rows.toString();
  }

  /** Rows of the page: a message and its fields without effect. */
  static String rowsWithoutEffect() {
    StringBuilder rows = new StringBuilder();
    new TreeMap<>(NoEffect.all())
        .forEach((message, fields) ->
            rows.append("| `")
                .append(message)
                .append("` | ")
                .append(code(fields.stream().map(name -> "`" + name + "`").collect(toTreeSet())))
                .append(" |\n"));
    return rows.toString();
  }

  private static Collector<String, ?, TreeSet<String>> toTreeSet() {
    return Collectors.toCollection(TreeSet::new);
  }

  private static String code(Set<String> names) {
    return names.isEmpty() ? "–" : String.join(", ", names);
  }

  private static boolean refuses(Place place, Message base, FieldDescriptor field) {
    String text = field.getContainingType().getName() + "." + field.getName() + NOT_IMPLEMENTED;
    return violations(place, base, field, value(base, field)).anyMatch(v -> v.contains(text));
  }

  /** For switches that may only be set to what is done anyway: to what. */
  private static String only(Place place, FieldDescriptor field) {
    Message base = place.bases.getFirst();
    if (value(base, field) instanceof BoolValue) {
      for (boolean other : new boolean[] {true, false}) {
        String text = "only " + !other + " is implemented";
        if (violations(place, base, field, BoolValue.of(other)).anyMatch(v -> v.contains(text))) {
          return " (only " + !other + ")";
        }
      }
    }
    return "";
  }

  private static Stream<String> violations(
      Place place, Message base, FieldDescriptor field, Object value) {
    Message.Builder message = base.toBuilder();
    if (field.isRepeated()) {
      message.clearField(field).addRepeatedField(field, value);
    } else {
      message.setField(field, value);
    }
    return switch (BootstrapDecoder.decode(place.in.apply(message.build()), false)) {
      case Decoded.Valid<?> _ -> Stream.empty();
      case Decoded.Invalid<?>(var violations) -> violations.stream().map(Object::toString);
    };
  }

  private static Object value(Message base, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> 1;
      case LONG -> 1L;
      case FLOAT -> 1f;
      case DOUBLE -> 1d;
      case BOOLEAN -> true;
      case STRING -> "x";
      case BYTE_STRING -> ByteString.copyFromUtf8("x");
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        yield values.get(Math.min(1, values.size() - 1));
      }
      case MESSAGE -> {
        Message value = base.toBuilder().newBuilderForField(field).buildPartial();
        // A switch in a wrapper is refused only when it is on.
        yield value instanceof BoolValue ? BoolValue.of(true) : value;
      }
    };
  }
}
