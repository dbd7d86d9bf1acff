package io.headgate.controlplane.api;

import java.util.Locale;
import java.util.Optional;

/** What a principal may do; each role may do all that the ones before it may. */
public enum Role {
  /** Reads. */
  VIEWER,
  /** Also writes objects, but no secrets, and overrides. */
  OPERATOR,
  /** Also writes secrets, restores and accepts etcd. */
  ADMIN;

  /** As in the tokens file and in answers: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  boolean may(Role needed) {
    return compareTo(needed) >= 0;
  }
}
