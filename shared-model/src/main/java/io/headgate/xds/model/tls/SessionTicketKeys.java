package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * Keys of session tickets, 80 bytes each. The first one seals new tickets, all of them open old
 * ones; shared by a fleet, a session resumes at any proxy.
 */
public record SessionTicketKeys(List<DataSource> keys) implements SecretValue {
  public SessionTicketKeys {
    keys = List.copyOf(keys);
    Checks.require(!keys.isEmpty(), "session_ticket_keys needs at least one key");
  }

  @Override
  public List<DataSource> sources() {
    return keys;
  }

  @Override
  public String kind() {
    return "session_ticket_keys";
  }
}
