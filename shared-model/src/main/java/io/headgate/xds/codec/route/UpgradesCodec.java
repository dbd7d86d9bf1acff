package io.headgate.xds.codec.route;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.http.Upgrades;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes the {@code upgrade_configs} of connection managers and routes. */
public final class UpgradesCodec {
  private UpgradesCodec() {}

  public static Upgrades decode(MessageReader r) {
    Map<String, Boolean> types = new LinkedHashMap<>();
    for (Map.Entry<String, Boolean> type : r.list("upgrade_configs", UpgradesCodec::one)) {
      if (types.putIfAbsent(type.getKey(), type.getValue()) != null) {
        r.refuse("upgrade_configs", "upgrade_type is there twice", "name each type once");
      }
    }
    return new Upgrades(types);
  }

  private static Map.Entry<String, Boolean> one(MessageReader r) {
    return Map.entry(r.string("upgrade_type"), r.wrappedBool("enabled", true));
  }
}
