package io.headgate.fleet.codec.service;

import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Service;
import io.headgate.fleet.codec.rule.IpAddress;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.HostMetadata;
import io.headgate.proto.config.v1.Override;
import io.headgate.proto.config.v1.OverrideSpec;
import io.headgate.proto.config.v1.ServicePort;
import io.headgate.proto.config.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Services, their hosts and the overrides between message and record. */
public final class ServiceCodec {
  private static final String H2C = "kubernetes.io/h2c";

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f:.]{2,45})]|([0-9]{1,3}(?:\\.[0-9]{1,3}){3})):([0-9]{1,5})");

  private ServiceCodec() {}

  public static Service read(
      io.headgate.proto.config.v1.Service message, ObjectMeta meta, Scope root) {
    ServiceSpec spec = message.getSpec();
    Scope at = root.field("spec");
    if (spec.getPortsCount() == 0) {
      at.wrongField("ports", "is required", "name at least one port");
    }
    List<Service.Port> ports = new ArrayList<>();
    for (int i = 0; i < spec.getPortsCount(); i++) {
      ports.add(port(spec.getPorts(i), spec.getPortsCount() == 1, at.item("ports", i)));
    }
    Rules.unique(
        ports.stream().map(Service.Port::name).toList(), i -> at.item("ports", i).field("name"));
    Rules.unique(
        ports.stream().map(p -> Integer.toString(p.number())).toList(),
        i -> at.item("ports", i).field("port"));
    return new Service(meta, ports);
  }

  private static Service.Port port(ServicePort message, boolean only, Scope at) {
    String name =
        message.getName().isEmpty() && only ? Service.DEFAULT_PORT_NAME : message.getName();
    Rules.label(at.field("name"), name);
    if (!message.getProtocol().isEmpty() && !message.getProtocol().equals("TCP")) {
      at.wrongField("protocol", "is not served", "use TCP");
    }
    return new Service.Port(
        name,
        Rules.port(at.field("port"), message.hasPort(), message.getPort()),
        message.hasTargetPort()
            ? (Integer) Rules.port(at.field("targetPort"), true, message.getTargetPort())
            : null,
        protocol(message.getAppProtocol(), at.field("appProtocol")));
  }

  /** Spec: Gateway API, "Backend Protocol Selection" (GEP-1911). */
  private static Service.Protocol protocol(String app, Scope at) {
    return switch (app) {
      case "", "http", "kubernetes.io/http", "kubernetes.io/ws" -> Service.Protocol.HTTP1;
      case H2C, "grpc" -> Service.Protocol.HTTP2;
      default -> {
        at.wrong("is not implemented", "use http or " + H2C);
        yield Service.Protocol.HTTP1;
      }
    };
  }

  public static io.headgate.proto.config.v1.Service write(Service value) {
    ServiceSpec.Builder spec = ServiceSpec.newBuilder();
    for (Service.Port port : value.ports()) {
      ServicePort.Builder out = spec.addPortsBuilder().setName(port.name()).setPort(port.number());
      if (port.target() != null) {
        out.setTargetPort(port.target());
      }
      if (port.protocol() == Service.Protocol.HTTP2) {
        out.setAppProtocol(H2C);
      }
    }
    return io.headgate.proto.config.v1.Service.newBuilder().setSpec(spec).build();
  }

  public static Host readHost(io.headgate.proto.config.v1.Host message, HostKey key, Scope root) {
    Rules.label(root.field("namespace"), key.namespace());
    Rules.label(root.field("service"), key.service());
    Rules.instance(root.field("instance"), key.instance());
    if (message.getOp() != 0) {
      root.wrongField("Op", "is not an added host", "write 0, or delete the key");
    }
    HostMetadata meta = message.getMetadata();
    Scope at = root.field("Metadata");
    double weight = meta.hasWeight() ? meta.getWeight() : 1;
    Rules.weight(at.field("weight"), weight);
    meta.getPortsMap()
        .forEach((name, number) -> {
          Rules.label(at.entry("ports", name), name);
          Rules.port(at.entry("ports", name), true, number);
        });
    MetaCodec.labels(meta.getLabelsMap(), at);
    Host.Details details =
        new Host.Details(
            weight,
            Rules.orNull(meta.getZone()),
            meta.getDraining(),
            meta.getPortsMap(),
            meta.getLabelsMap());
    return address(message.getAddr(), key, details, root.field("Addr"));
  }

  private static Host address(String addr, HostKey key, Host.Details details, Scope at) {
    if (!Rules.required(at, addr)) {
      return new Host(key, "0.0.0.0", 0, details);
    }
    Matcher matcher = ADDRESS.matcher(addr);
    if (!matcher.matches() || !IpAddress.isValid(part(matcher, 1) + part(matcher, 2))) {
      at.wrong(
          "is not an IP address and a port", "write it as \"10.0.0.7:8080\" or \"[fd00::7]:8080\"");
      return new Host(key, "0.0.0.0", 0, details);
    }
    return new Host(
        key,
        part(matcher, 1) + part(matcher, 2),
        Rules.port(at, true, Integer.parseInt(matcher.group(3))),
        details);
  }

  private static String part(Matcher matcher, int group) {
    String part = matcher.group(group);
    return part == null ? "" : part;
  }

  public static io.headgate.proto.config.v1.Host writeHost(Host host) {
    HostMetadata.Builder meta = HostMetadata.newBuilder().setWeight(host.details().weight());
    if (host.details().zone() != null) {
      meta.setZone(host.details().zone());
    }
    if (host.details().draining()) {
      meta.setDraining(true);
    }
    meta.putAllPorts(host.details().ports()).putAllLabels(host.details().labels());
    String address = host.address().contains(":") ? "[" + host.address() + "]" : host.address();
    return io.headgate.proto.config.v1.Host.newBuilder()
        .setOp(0)
        .setAddr(address + ":" + host.port())
        .setMetadata(meta)
        .build();
  }

  public static HostOverride readOverride(Override message, ObjectMeta meta, Scope root) {
    OverrideSpec spec = message.getSpec();
    Scope at = root.field("spec");
    Rules.required(at.field("reason"), spec.getReason());
    if (spec.hasWeight()) {
      Rules.weight(at.field("weight"), spec.getWeight());
    }
    if (!spec.hasWeight() && !spec.getDrain() && !spec.getQuarantine()) {
      at.wrong("overrides nothing", "give weight, drain or quarantine");
    }
    return new HostOverride(
        meta,
        spec.hasWeight() ? (Double) spec.getWeight() : null,
        spec.getDrain(),
        spec.getQuarantine(),
        spec.getReason());
  }

  public static Override writeOverride(HostOverride value) {
    OverrideSpec.Builder spec = OverrideSpec.newBuilder().setReason(value.reason());
    if (value.weight() != null) {
      spec.setWeight(value.weight());
    }
    if (value.drain()) {
      spec.setDrain(true);
    }
    if (value.quarantine()) {
      spec.setQuarantine(true);
    }
    return Override.newBuilder().setSpec(spec).build();
  }
}
