package io.headgate.controlplane.loader;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One change and who made it.
 *
 * @param id sorts by time
 * @param revision etcd revision of the change; 0 before it is written
 * @param by who and why
 * @param key etcd key relative to the prefix; empty for an act that is not about one key
 * @param before hexadecimal SHA-256 of the value before, null for none
 * @param after the same of the value afterwards, null for none
 */
public record AuditEntry(
    String id,
    long revision,
    By by,
    Action action,
    String key,
    @Nullable String before,
    @Nullable String after) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Who made a change, when and why.
   *
   * @param reason free text, may be empty
   */
  public record By(Instant at, String principal, String reason) {}

  /** What was done. */
  public enum Action {
    PUT,
    DELETE,
    OVERRIDE,
    OVERRIDE_DELETE,
    /** The elected replica accepted a value that was written past the API. */
    ACCEPT,
    RESTORE,
    ACCEPT_ETCD,
    END_HOLD,
    /** An operator said that a proxy is gone for good; the key is empty, the reason names it. */
    FORGET_PROXY;

    /** For example {@code override-delete}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Action of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  String encode() {
    return JSON.createObjectNode()
        .put("at", by.at().toString())
        .put("principal", by.principal())
        .put("reason", by.reason())
        .put("action", action.text())
        .put("key", key)
        .put("before", before)
        .put("after", after)
        .toString();
  }

  /** Empty when the value is none of ours. */
  static Optional<AuditEntry> parse(String id, long revision, String value) {
    try {
      JsonNode node = JSON.readTree(value);
      return Optional.of(
          new AuditEntry(
              id,
              revision,
              new By(
                  Instant.parse(node.path("at").asString("")),
                  node.path("principal").asString(""),
                  node.path("reason").asString("")),
              Action.of(node.path("action").asString("")),
              node.path("key").asString(""),
              text(node.path("before")),
              text(node.path("after"))));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.asString() : null;
  }
}
