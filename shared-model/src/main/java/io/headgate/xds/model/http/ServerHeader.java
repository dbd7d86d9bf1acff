package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;

/** The server header of answers. */
public record ServerHeader(String name, Transformation transformation) {
  public static final ServerHeader DEFAULT = new ServerHeader("envoy", Transformation.OVERWRITE);

  /** When the header is set. */
  public enum Transformation {
    OVERWRITE,
    APPEND_IF_ABSENT,
    PASS_THROUGH
  }

  public ServerHeader {
    Checks.notEmpty(name, "server_name");
  }
}
