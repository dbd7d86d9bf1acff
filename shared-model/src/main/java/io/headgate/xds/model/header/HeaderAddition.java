package io.headgate.xds.model.header;

import io.headgate.xds.model.value.Checks;

/**
 * A header to set, with command operators such as %PROTOCOL% in its value.
 *
 * @param keepEmptyValue whether the header is written when its value turns out empty
 */
public record HeaderAddition(String name, String value, Action action, boolean keepEmptyValue) {
  /** What happens to a header that is there already. */
  public enum Action {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }

  public HeaderAddition {
    Checks.notEmpty(name, "key");
  }
}
