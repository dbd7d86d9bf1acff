package io.headgate.controlplane.compile.condition;

import io.headgate.fleet.HttpRoute.ParentRef;

/**
 * A statement about an object, derived from the whole config and never stored.
 *
 * @param type what is stated
 * @param holds whether it is so
 * @param about the part it is about: a gateway for a route's conditions (with {@code #listener} and
 *     {@code :port} where the route names them), a listener's name for a gateway's, a target for a
 *     policy's; empty for the whole object
 * @param reason one word of Gateway API where it has one
 * @param message for people; may be empty
 */
public record Condition(Type type, boolean holds, String about, String reason, String message) {
  /** The statements of Gateway API that are made here, and one of ours. */
  public enum Type {
    ACCEPTED("Accepted"),
    RESOLVED_REFS("ResolvedRefs"),
    PROGRAMMED("Programmed"),
    /** Whether a listener is in conflict with another. */
    CONFLICTED("Conflicted"),
    /** Whether every proxy carries out what only Headgate's own can. */
    ENFORCED("Enforced");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    /** The name in Gateway API. */
    public String text() {
      return text;
    }
  }

  /**
   * How {@link #about} names a route's reference: the gateway, and the part of it that is meant.
   */
  public static String about(ParentRef parent) {
    return parent.gateway()
        + (parent.listener() == null ? "" : "#" + parent.listener())
        + (parent.port() == null ? "" : ":" + parent.port());
  }

  /** The same statement, which does not hold. */
  public Condition broken(String why, String text) {
    return new Condition(type, false, about, why, text);
  }

  public static Condition yes(Type type, String about) {
    return new Condition(type, true, about, type.text(), "");
  }

  public static Condition no(Type type, String about, String reason, String message) {
    return new Condition(type, false, about, reason, message);
  }
}
