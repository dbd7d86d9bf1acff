package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ProxyProtocol;
import io.headgate.fleet.ProxyProtocol.Version;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.BackendProxyProtocol;
import io.headgate.proto.config.v1.ClientProxyProtocol;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** PROXY headers of clients and towards hosts, between message and record. */
final class ProxyProtocolCodec {
  private static final Set<Version> ALL = EnumSet.allOf(Version.class);

  private ProxyProtocolCodec() {}

  static ProxyProtocol read(ClientProxyProtocol message, Scope at) {
    List<String> names = message.getVersionsList();
    Set<Version> versions = EnumSet.noneOf(Version.class);
    for (int i = 0; i < names.size(); i++) {
      versions.add(version(names.get(i), at.item("versions", i)));
    }
    Rules.unique(names, i -> at.item("versions", i));
    return new ProxyProtocol(message.getOptional(), versions.isEmpty() ? ALL : versions);
  }

  static Version read(BackendProxyProtocol message, Scope at) {
    return version(message.getVersion(), at.field("version"));
  }

  private static Version version(String name, Scope at) {
    Rules.required(at, name);
    return Rules.choice(at, name, Version.values(), Version::name, "is no version");
  }

  static ClientProxyProtocol write(ProxyProtocol value) {
    ClientProxyProtocol.Builder out = ClientProxyProtocol.newBuilder();
    if (value.optional()) {
      out.setOptional(true);
    }
    if (!value.versions().equals(ALL)) {
      value.versions().stream().sorted().map(Version::name).forEach(out::addVersions);
    }
    return out.build();
  }

  static BackendProxyProtocol write(Version version) {
    return BackendProxyProtocol.newBuilder().setVersion(version.name()).build();
  }
}
