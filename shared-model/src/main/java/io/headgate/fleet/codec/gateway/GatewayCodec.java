package io.headgate.fleet.codec.gateway;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.Gateway.Listener;
import io.headgate.fleet.Gateway.Protocol;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.GatewayListener;
import io.headgate.proto.config.v1.GatewaySpec;
import io.headgate.proto.config.v1.ListenerTlsConfig;
import io.headgate.proto.config.v1.SecretObjectReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gateways and their classes between message and record. Spec: Gateway API v1.4, GatewaySpec. */
public final class GatewayCodec {
  private static final int MAX_LISTENERS = 64;

  private GatewayCodec() {}

  public static GatewayClass readClass(
      io.headgate.proto.config.v1.GatewayClass message, ObjectMeta meta, Scope root) {
    Scope at = root.field("spec").field("controllerName");
    String controller = message.getSpec().getControllerName();
    if (Rules.required(at, controller) && !controller.matches("[a-z0-9.-]+/[A-Za-z0-9/._~%-]+")) {
      at.wrong("is not a controller name", "write it as \"" + GatewayClass.CONTROLLER + "\"");
    }
    return new GatewayClass(meta, controller, Rules.orNull(message.getSpec().getDescription()));
  }

  public static io.headgate.proto.config.v1.GatewayClass writeClass(GatewayClass value) {
    var out = io.headgate.proto.config.v1.GatewayClass.newBuilder();
    out.getSpecBuilder().setControllerName(value.controllerName());
    if (value.description() != null) {
      out.getSpecBuilder().setDescription(value.description());
    }
    return out.build();
  }

  public static Gateway read(
      io.headgate.proto.config.v1.Gateway message, ObjectMeta meta, Scope root) {
    GatewaySpec spec = message.getSpec();
    Scope at = root.field("spec");
    Rules.subdomain(at.field("gatewayClassName"), spec.getGatewayClassName());
    if (spec.getListenersCount() == 0) {
      at.wrongField("listeners", "is required", "name at least one listener");
    } else if (spec.getListenersCount() > MAX_LISTENERS) {
      at.wrongField("listeners", "holds more than " + MAX_LISTENERS + " listeners", "");
    }
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < spec.getListenersCount(); i++) {
      listeners.add(listener(spec.getListeners(i), meta, at.item("listeners", i)));
    }
    Rules.unique(
        listeners.stream().map(Listener::name).toList(),
        i -> at.item("listeners", i).field("name"));
    distinct(listeners, at);
    return new Gateway(
        meta,
        spec.getGatewayClassName(),
        listeners,
        spec.getTls().getBackend().hasClientCertificateRef()
            ? secret(
                spec.getTls().getBackend().getClientCertificateRef(),
                meta,
                at.field("tls").field("backend").field("clientCertificateRef"))
            : null);
  }

  /**
   * Listeners of one port that differ in protocol conflict, and say so in their status; those that
   * differ in nothing but the name are refused, as the schema of Gateway API does.
   */
  private static void distinct(List<Listener> listeners, Scope at) {
    Map<String, String> hosts = new HashMap<>();
    for (int i = 0; i < listeners.size(); i++) {
      Listener listener = listeners.get(i);
      String host = listener.hostname() == null ? "" : listener.hostname();
      String other =
          hosts.putIfAbsent(
              listener.port() + " " + listener.protocol() + " " + host, listener.name());
      if (other != null) {
        at.item("listeners", i)
            .wrongField(
                host.isEmpty() ? "port" : "hostname",
                "is taken by the listener " + other,
                "use another port or hostname");
      }
    }
  }

  private static Listener listener(GatewayListener message, ObjectMeta meta, Scope at) {
    Rules.subdomain(at.field("name"), message.getName());
    String hostname =
        message.getHostname().isEmpty()
            ? null
            : Rules.hostname(at.field("hostname"), message.getHostname(), true);
    int port = Rules.port(at.field("port"), message.hasPort(), message.getPort());
    Protocol protocol = Protocol.HTTP;
    if (Rules.required(at.field("protocol"), message.getProtocol())) {
      protocol =
          Rules.choice(
              at.field("protocol"),
              message.getProtocol(),
              Protocol.values(),
              Protocol::name,
              message.getProtocol().equals("UDP") ? "is known but not implemented" : "");
      if (protocol == Protocol.TCP && hostname != null) {
        at.wrongField("hostname", "cannot be told from a TCP connection", "remove it");
      }
    }
    return new Listener(
        message.getName(),
        hostname,
        port,
        protocol,
        certificates(message, protocol, meta, at.field("tls")),
        AllowedRoutesCodec.read(message.getAllowedRoutes(), at.field("allowedRoutes")));
  }

  private static List<ObjectKey> certificates(
      GatewayListener message, Protocol protocol, ObjectMeta meta, Scope at) {
    ListenerTlsConfig tls = message.getTls();
    if (List.of("HTTP", "TCP").contains(message.getProtocol()) && message.hasTls()) {
      at.wrong(
          "cannot stand beside protocol " + message.getProtocol(),
          message.getProtocol().equals("HTTP")
              ? "use protocol HTTPS or remove it"
              : "use protocol TLS or remove it");
    }
    if (protocol == Protocol.HTTP || protocol == Protocol.TCP) {
      return List.of();
    }
    boolean pass = tls.getMode().equals("Passthrough");
    if (!tls.getMode().isEmpty() && !tls.getMode().equals("Terminate")) {
      if (!pass || protocol == Protocol.HTTPS) {
        at.wrongField(
            "mode",
            pass ? "cannot stand beside protocol HTTPS" : "is not known",
            pass ? "use protocol TLS, or mode Terminate" : "use Terminate or Passthrough");
      } else if (tls.getCertificateRefsCount() > 0) {
        at.wrongField("certificateRefs", "cannot stand beside mode Passthrough", "remove them");
      }
    }
    if (tls.getCertificateRefsCount() == 0 && !pass) {
      at.wrongField("certificateRefs", "is required", "name a Secret of type kubernetes.io/tls");
    }
    List<ObjectKey> keys = new ArrayList<>();
    for (int i = 0; i < tls.getCertificateRefsCount(); i++) {
      keys.add(secret(tls.getCertificateRefs(i), meta, at.item("certificateRefs", i)));
    }
    return keys;
  }

  private static ObjectKey secret(SecretObjectReference ref, ObjectMeta meta, Scope at) {
    String namespace = ref.getNamespace().isEmpty() ? meta.namespace() : ref.getNamespace();
    return MetaCodec.reference(
        Kind.SECRET, ref.getGroup(), ref.getKind(), namespace, ref.getName(), at);
  }

  private static SecretObjectReference ref(ObjectKey secret) {
    return SecretObjectReference.newBuilder()
        .setNamespace(secret.namespace())
        .setName(secret.name())
        .build();
  }

  public static io.headgate.proto.config.v1.Gateway write(Gateway value) {
    GatewaySpec.Builder spec = GatewaySpec.newBuilder().setGatewayClassName(value.className());
    for (Listener listener : value.listeners()) {
      GatewayListener.Builder out =
          spec.addListenersBuilder()
              .setName(listener.name())
              .setPort(listener.port())
              .setProtocol(listener.protocol().name())
              .setAllowedRoutes(AllowedRoutesCodec.write(listener.routes()));
      if (listener.hostname() != null) {
        out.setHostname(listener.hostname());
      }
      if (listener.protocol() == Protocol.TLS && listener.certificates().isEmpty()) {
        out.getTlsBuilder().setMode("Passthrough");
      }
      for (ObjectKey secret : listener.certificates()) {
        out.getTlsBuilder().addCertificateRefs(ref(secret));
      }
    }
    Write.ifSet(
        value.clientCertificate(),
        secret -> spec.getTlsBuilder().getBackendBuilder().setClientCertificateRef(ref(secret)));
    return io.headgate.proto.config.v1.Gateway.newBuilder().setSpec(spec).build();
  }
}
