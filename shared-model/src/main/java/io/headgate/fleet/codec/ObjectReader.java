package io.headgate.fleet.codec;

import com.google.protobuf.Message;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.document.MessageFiller;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.Nearest;
import io.headgate.fleet.codec.document.Node;
import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Mapping;
import io.headgate.fleet.codec.document.Node.Scalar;
import io.headgate.fleet.codec.document.Problems;
import io.headgate.fleet.codec.gateway.GatewayCodec;
import io.headgate.fleet.codec.gateway.ReferenceGrantCodec;
import io.headgate.fleet.codec.policy.BackendPolicyCodec;
import io.headgate.fleet.codec.policy.BackendTlsPolicyCodec;
import io.headgate.fleet.codec.policy.ClientPolicyCodec;
import io.headgate.fleet.codec.policy.SecurityPolicyCodec;
import io.headgate.fleet.codec.route.ConnectionRouteCodec;
import io.headgate.fleet.codec.route.GrpcRouteCodec;
import io.headgate.fleet.codec.route.HttpRouteCodec;
import io.headgate.fleet.codec.rule.ApiVersions;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.service.ConfigMapCodec;
import io.headgate.fleet.codec.service.SecretCodec;
import io.headgate.fleet.codec.service.ServiceCodec;
import io.headgate.proto.config.v1.BackendTLSPolicy;
import io.headgate.proto.config.v1.BackendTrafficPolicy;
import io.headgate.proto.config.v1.ClientTrafficPolicy;
import io.headgate.proto.config.v1.ConfigMap;
import io.headgate.proto.config.v1.GRPCRoute;
import io.headgate.proto.config.v1.Gateway;
import io.headgate.proto.config.v1.GatewayClass;
import io.headgate.proto.config.v1.HTTPRoute;
import io.headgate.proto.config.v1.Override;
import io.headgate.proto.config.v1.ReferenceGrant;
import io.headgate.proto.config.v1.Secret;
import io.headgate.proto.config.v1.SecurityPolicy;
import io.headgate.proto.config.v1.Service;
import io.headgate.proto.config.v1.TCPRoute;
import io.headgate.proto.config.v1.TLSRoute;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one object from a tree: finds its kind, fills the message, checks the rules. */
final class ObjectReader {
  private static final Set<String> PUBLIC_SECRET_FIELDS =
      Set.of("apiVersion", "kind", "type", "immutable", "");

  private ObjectReader() {}

  static ManifestDocument document(Node root, MessageReader.Options options) {
    Problems problems = problems(kindOf(root).orElse(null));
    String name = scalar(root, "metadata", "name");
    String namespace = scalar(root, "metadata", "namespace");
    String kind = scalar(root, "kind");
    String title =
        kind.isEmpty() && name.isEmpty()
            ? ""
            : kind
                + " "
                + (namespace.isEmpty() ? ObjectKey.DEFAULT_NAMESPACE : namespace)
                + "/"
                + (name.isEmpty() ? "?" : name);
    return new ManifestDocument(root.line(), title, read(root, options, null, problems));
  }

  static Checked<FleetObject> stored(Node root, MessageReader.Options options, ObjectKey key) {
    return read(root, options, key, problems(key.kind()));
  }

  static Checked<Host> host(Node root, MessageReader.Options options, HostKey key) {
    Problems problems = new Problems();
    var message = io.headgate.proto.config.v1.Host.newBuilder();
    new MessageFiller(options, problems).root(root, message);
    if (!(root instanceof Mapping)) {
      return Checked.invalid(problems.violations());
    }
    Host host = ServiceCodec.readHost(message.buildPartial(), key, new Scope(problems, ""));
    return problems.isEmpty() ? Checked.valid(host) : Checked.invalid(problems.violations());
  }

  /** A secret's values are hidden even where they stand under a misspelt name. */
  private static Problems problems(@Nullable Kind kind) {
    return kind == Kind.SECRET
        ? new Problems(p -> !PUBLIC_SECRET_FIELDS.contains(p) && !p.startsWith("metadata"))
        : new Problems();
  }

  private static Checked<FleetObject> read(
      Node root, MessageReader.Options options, @Nullable ObjectKey key, Problems problems) {
    Scope at = new Scope(problems, "");
    problems.seen("", root);
    if (!(root instanceof Mapping mapping)) {
      problems.add("", root.line(), root.preview(), "must be a mapping, not " + root.words(), "");
      return Checked.invalid(problems.violations());
    }
    Kind kind = kind(mapping, key, at);
    if (kind == null) {
      return Checked.invalid(problems.violations());
    }
    Message.Builder builder = builder(kind);
    new MessageFiller(options, problems).root(root, builder);
    apiVersion(kind, scalar(root, "apiVersion"), at);
    FleetObject object = object(builder.buildPartial(), kind, key, at);
    return problems.isEmpty() ? Checked.valid(object) : Checked.invalid(problems.violations());
  }

  private static Optional<Kind> kindOf(Node root) {
    return Kind.ofManifest(scalar(root, "kind"));
  }

  private static @Nullable Kind kind(Mapping root, @Nullable ObjectKey key, Scope at) {
    for (Entry entry : root.entries()) {
      if (entry.key().equals("kind")) {
        at.problems().seen("kind", entry.value());
      }
    }
    String name = scalar(root, "kind");
    Scope field = at.field("kind");
    if (!Rules.required(field, name)) {
      return null;
    }
    List<String> known = Arrays.stream(Kind.values()).map(Kind::manifestName).toList();
    Kind kind = Kind.ofManifest(name).filter(k -> k != Kind.HOST).orElse(null);
    String instead = ApiVersions.NOT_IMPLEMENTED.get(name);
    if (instead != null) {
      field.wrong("is known but not implemented", instead);
    } else if (kind == null) {
      String hint = Nearest.hint(name, known);
      field.wrong("is not known", hint.isEmpty() ? "use one of " + known : hint);
    } else if (key != null && kind != key.kind()) {
      field.wrong("is not what the key says: " + key.kind().manifestName(), "");
      return null;
    }
    return kind;
  }

  private static void apiVersion(Kind kind, String version, Scope at) {
    Scope field = at.field("apiVersion");
    List<String> allowed = ApiVersions.of(kind);
    if (Rules.required(field, version) && !allowed.contains(version)) {
      field.wrong("is not a version of " + kind.manifestName(), "use " + allowed.get(0));
    }
  }

  /** The text at the end of a chain of names; empty when there is none. */
  private static String scalar(Node root, String... names) {
    Node node = root;
    for (String name : names) {
      Node next = null;
      if (node instanceof Mapping mapping) {
        for (Entry entry : mapping.entries()) {
          if (entry.key().equals(name)) {
            next = entry.value();
          }
        }
      }
      if (next == null) {
        return "";
      }
      node = next;
    }
    return node instanceof Scalar s && s.type() == Node.Type.STRING ? s.text() : "";
  }

  private static Message.Builder builder(Kind kind) {
    return switch (kind) {
      case GATEWAY_CLASS -> GatewayClass.newBuilder();
      case GATEWAY -> Gateway.newBuilder();
      case HTTP_ROUTE -> HTTPRoute.newBuilder();
      case GRPC_ROUTE -> GRPCRoute.newBuilder();
      case TLS_ROUTE -> TLSRoute.newBuilder();
      case TCP_ROUTE -> TCPRoute.newBuilder();
      case REFERENCE_GRANT -> ReferenceGrant.newBuilder();
      case SERVICE -> Service.newBuilder();
      case CLIENT_TRAFFIC_POLICY -> ClientTrafficPolicy.newBuilder();
      case BACKEND_TRAFFIC_POLICY -> BackendTrafficPolicy.newBuilder();
      case SECURITY_POLICY -> SecurityPolicy.newBuilder();
      case BACKEND_TLS_POLICY -> BackendTLSPolicy.newBuilder();
      case SECRET -> Secret.newBuilder();
      case CONFIG_MAP -> ConfigMap.newBuilder();
      case OVERRIDE -> Override.newBuilder();
      case HOST -> throw new IllegalArgumentException("a host is no manifest");
    };
  }

  private static FleetObject object(Message message, Kind kind, @Nullable ObjectKey key, Scope at) {
    return switch (message) {
      case GatewayClass m -> GatewayCodec.readClass(m, meta(m.getMetadata(), kind, key, at), at);
      case Gateway m -> GatewayCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case HTTPRoute m -> HttpRouteCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case GRPCRoute m -> GrpcRouteCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case TLSRoute m -> ConnectionRouteCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case TCPRoute m -> ConnectionRouteCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case ReferenceGrant m ->
          ReferenceGrantCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case Service m -> ServiceCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case ClientTrafficPolicy m ->
          ClientPolicyCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case BackendTrafficPolicy m ->
          BackendPolicyCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case SecurityPolicy m ->
          SecurityPolicyCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case BackendTLSPolicy m ->
          BackendTlsPolicyCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case Secret m -> SecretCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case ConfigMap m -> ConfigMapCodec.read(m, meta(m.getMetadata(), kind, key, at), at);
      case Override m -> ServiceCodec.readOverride(m, meta(m.getMetadata(), kind, key, at), at);
      default -> throw new IllegalArgumentException("no kind has this message");
    };
  }

  private static ObjectMeta meta(
      io.headgate.proto.config.v1.ObjectMeta message,
      Kind kind,
      @Nullable ObjectKey key,
      Scope at) {
    return MetaCodec.read(message, kind, key, at.field("metadata"));
  }
}
