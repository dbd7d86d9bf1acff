package io.headgate.dataplane.xds.node;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.headgate.xds.model.value.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The node's description as a message. */
public final class NodeMessage {
  static final String USER_AGENT = "headgate";

  /** What of the protocol beyond its core this client does, in Envoy's words. */
  private static final String RESOURCE_WRAPPER = "xds.config.resource-in-sotw";

  private static final Pattern SEMANTIC = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  private NodeMessage() {}

  /** Describes this proxy. */
  public static Node of(ProxyIdentity identity) {
    io.headgate.xds.model.bootstrap.Node node = identity.node();
    Node.Builder message =
        Node.newBuilder()
            .setId(node.id())
            .setCluster(node.cluster())
            .setMetadata(struct(node.metadata()))
            .setLocality(
                Locality.newBuilder()
                    .setRegion(node.locality().region())
                    .setZone(node.locality().zone())
                    .setSubZone(node.locality().subZone()))
            .setUserAgentName(USER_AGENT)
            .setUserAgentBuildVersion(build(identity.version()))
            .addClientFeatures(RESOURCE_WRAPPER);
    for (String typeUrl : identity.extensions()) {
      message.addExtensions(
          Extension.newBuilder()
              .setName(typeUrl.substring(typeUrl.lastIndexOf('/') + 1))
              .addTypeUrls(typeUrl));
    }
    return message.build();
  }

  private static BuildVersion build(String version) {
    SemanticVersion.Builder semantic = SemanticVersion.newBuilder();
    Matcher matcher = SEMANTIC.matcher(version);
    if (matcher.matches()) {
      semantic
          .setMajorNumber(Integer.parseInt(matcher.group(1)))
          .setMinorNumber(Integer.parseInt(matcher.group(2)))
          .setPatch(Integer.parseInt(matcher.group(3)));
    }
    return BuildVersion.newBuilder()
        .setVersion(semantic)
        .setMetadata(
            Struct.newBuilder()
                .putFields(
                    "version",
                    com.google.protobuf.Value.newBuilder().setStringValue(version).build()))
        .build();
  }

  private static Struct struct(Value.Obj object) {
    Struct.Builder struct = Struct.newBuilder();
    object.fields().forEach((key, value) -> struct.putFields(key, value(value)));
    return struct.build();
  }

  private static com.google.protobuf.Value value(Value value) {
    com.google.protobuf.Value.Builder message = com.google.protobuf.Value.newBuilder();
    switch (value) {
      case Value.Null() -> message.setNullValue(NullValue.NULL_VALUE);
      case Value.Bool(boolean bool) -> message.setBoolValue(bool);
      case Value.Num(double number) -> message.setNumberValue(number);
      case Value.Str(String text) -> message.setStringValue(text);
      case Value.Arr array -> {
        ListValue.Builder list = ListValue.newBuilder();
        array.values().forEach(element -> list.addValues(value(element)));
        message.setListValue(list);
      }
      case Value.Obj object -> message.setStructValue(struct(object));
    }
    return message.build();
  }
}
