package io.headgate.dataplane.app;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a file of secrets: a DiscoveryResponse in YAML or JSON, as Envoy has them. */
final class SecretFile {
  private SecretFile() {}

  /**
   * Reads the secrets.
   *
   * @throws IllegalArgumentException when it is none; the message names the field
   */
  static List<Secret> read(byte[] text) {
    ReadMessage<DiscoveryResponse> read =
        MessageReader.read(
            new String(text, StandardCharsets.UTF_8),
            DiscoveryResponse.getDefaultInstance(),
            MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    if (!read.violations().isEmpty()) {
      throw new IllegalArgumentException(read.violations().getFirst().toString());
    }
    List<Secret> secrets = new ArrayList<>();
    for (Any resource : read.message().getResourcesList()) {
      switch (ResourceDecoder.decode(resource, DecodeOptions.STRICT)) {
        case Decoded.Valid<? extends Resource>(Resource value) -> {
          if (value instanceof Secret secret) {
            secrets.add(secret);
          }
        }
        case Decoded.Invalid<? extends Resource> invalid ->
            throw new IllegalArgumentException(invalid.message());
      }
    }
    return secrets;
  }
}
