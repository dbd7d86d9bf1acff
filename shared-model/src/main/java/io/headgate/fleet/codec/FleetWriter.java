package io.headgate.fleet.codec;

import com.google.protobuf.Message;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.ReferenceGrant;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.fleet.codec.document.Dialect;
import io.headgate.fleet.codec.document.MessageWriter;
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
import io.headgate.fleet.codec.service.ConfigMapCodec;
import io.headgate.fleet.codec.service.SecretCodec;
import io.headgate.fleet.codec.service.ServiceCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes fleet objects. Equal objects give equal texts, and {@link FleetReader} reads them back to
 * equal objects.
 *
 * <p>Only {@link #storedJson} holds the data of secrets; it goes nowhere but into etcd.
 */
public final class FleetWriter {
  private FleetWriter() {}

  /** The value for etcd: canonical JSON, with the data of secrets. */
  public static String storedJson(FleetObject object) {
    return MessageWriter.json(message(object, true), Dialect.FLEET, name -> null);
  }

  /** JSON for everybody who may see the object; the data of a secret is replaced by a word. */
  public static String publicJson(FleetObject object) {
    return MessageWriter.json(message(object, false), Dialect.FLEET, name -> null);
  }

  /** YAML for everybody who may see the object; the data of a secret is replaced by a word. */
  public static String publicYaml(FleetObject object) {
    return MessageWriter.yaml(message(object, false), Dialect.FLEET, name -> null);
  }

  /** The value of a host for etcd. */
  public static String json(Host host) {
    return MessageWriter.json(ServiceCodec.writeHost(host), Dialect.FLEET, name -> null);
  }

  /** The hex SHA-256 of {@link #storedJson}: equal exactly for equal objects. */
  public static String hash(FleetObject object) {
    return hash(storedJson(object).getBytes(StandardCharsets.UTF_8));
  }

  /** The hex SHA-256 of a stored value. */
  public static String hash(byte[] stored) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Message message(FleetObject object, boolean reveal) {
    Message body =
        switch (object) {
          case GatewayClass o -> GatewayCodec.writeClass(o);
          case Gateway o -> GatewayCodec.write(o);
          case HttpRoute o -> HttpRouteCodec.write(o);
          case GrpcRoute o -> GrpcRouteCodec.write(o);
          case ConnectionRoute o -> ConnectionRouteCodec.write(o);
          case ReferenceGrant o -> ReferenceGrantCodec.write(o);
          case Service o -> ServiceCodec.write(o);
          case ClientTrafficPolicy o -> ClientPolicyCodec.write(o);
          case BackendTrafficPolicy o -> BackendPolicyCodec.write(o);
          case SecurityPolicy o -> SecurityPolicyCodec.write(o);
          case BackendTlsPolicy o -> BackendTlsPolicyCodec.write(o);
          case Secret o -> SecretCodec.write(o, reveal);
          case ConfigMap o -> ConfigMapCodec.write(o);
          case HostOverride o -> ServiceCodec.writeOverride(o);
        };
    var type = body.getDescriptorForType();
    return body.toBuilder()
        .setField(type.findFieldByName("api_version"), ApiVersions.of(object.kind()).get(0))
        .setField(type.findFieldByName("kind"), object.kind().manifestName())
        .setField(type.findFieldByName("metadata"), MetaCodec.write(object.metadata()))
        .build();
  }
}
