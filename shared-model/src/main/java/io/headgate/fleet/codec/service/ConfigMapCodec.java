package io.headgate.fleet.codec.service;

import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import java.nio.charset.StandardCharsets;

/** Config maps between message and record. */
public final class ConfigMapCodec {
  private static final int MAX_BYTES = 1 << 20;

  private ConfigMapCodec() {}

  public static ConfigMap read(
      io.headgate.proto.config.v1.ConfigMap message, ObjectMeta meta, Scope root) {
    message.getDataMap().keySet().forEach(key -> Rules.dataKey(root.entry("data", key), key));
    long bytes =
        message.getDataMap().values().stream()
            .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
            .sum();
    if (bytes > MAX_BYTES) {
      root.wrongField("data", "is longer than 1 MiB in all", "");
    }
    return new ConfigMap(meta, message.getDataMap());
  }

  public static io.headgate.proto.config.v1.ConfigMap write(ConfigMap value) {
    return io.headgate.proto.config.v1.ConfigMap.newBuilder().putAllData(value.data()).build();
  }
}
