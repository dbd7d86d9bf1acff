package io.headgate.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import io.headgate.xds.codec.message.NoEffect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtoCoverageTest {
  private static final Set<String> INTERPRETED =
      Set.of(
          "lt",
          "lte",
          "gt",
          "gte",
          "const",
          "in",
          "not_in",
          "ignore_empty",
          "len",
          "len_bytes",
          "min_len",
          "max_len",
          "min_bytes",
          "max_bytes",
          "pattern",
          "prefix",
          "suffix",
          "contains",
          "not_contains",
          "well_known_regex",
          "strict",
          "defined_only",
          "min_items",
          "max_items",
          "unique",
          "items",
          "min_pairs",
          "max_pairs",
          "keys",
          "values",
          "required",
          "skip");

  private static Map<String, Descriptor> reachable() {
    Map<String, Descriptor> found = new HashMap<>();
    List<Descriptor> open =
        new ArrayList<>(
            List.of(
                Bootstrap.getDescriptor(),
                Listener.getDescriptor(),
                RouteConfiguration.getDescriptor(),
                Cluster.getDescriptor(),
                HttpConnectionManager.getDescriptor(),
                JwtAuthentication.getDescriptor()));
    while (!open.isEmpty()) {
      Descriptor type = open.removeLast();
      if (found.putIfAbsent(type.getFullName(), type) == null) {
        type.getFields().stream()
            .filter(f -> f.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .map(FieldDescriptor::getMessageType)
            .forEach(open::add);
      }
    }
    return found;
  }

  @Test
  void everyRuleKindOfTheProtosIsInterpreted() {
    List<String> unknown = new ArrayList<>();
    for (Descriptor type : reachable().values()) {
      for (FieldDescriptor field : type.getFields()) {
        if (field.getOptions().hasExtension(Validate.rules)) {
          collect(field.getFullName(), field.getOptions().getExtension(Validate.rules), unknown);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  private static void collect(String where, FieldRules rules, List<String> unknown) {
    rules
        .getAllFields()
        .values()
        .forEach(kind ->
            ((com.google.protobuf.Message) kind)
                .getAllFields()
                .forEach((field, value) -> {
                  if (!INTERPRETED.contains(field.getName())) {
                    unknown.add(where + " " + field.getName());
                  }
                  if (value instanceof FieldRules nested) {
                    collect(where, nested, unknown);
                  }
                }));
  }

  @Test
  void fieldsWithoutEffectExist() {
    Map<String, Descriptor> types = new HashMap<>(reachable());
    List.of(
            io.envoyproxy.envoy.extensions.filters.http.router.v3.Router.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
                .getDescriptor(),
            io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                .getDescriptor(),
            io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3
                .ProxyProtocolUpstreamTransport.getDescriptor(),
            io.envoyproxy.envoy.config.route.v3.FilterConfig.getDescriptor())
        .forEach(t -> types.put(t.getFullName(), t));
    NoEffect.all()
        .forEach((type, fields) -> {
          assertThat(types).as(type).containsKey(type);
          for (String field : fields) {
            assertThat(java.util.Objects.requireNonNull(types.get(type)).findFieldByName(field))
                .as(type + "." + field)
                .isNotNull();
          }
        });
  }
}
