package io.headgate.fleet.codec.document;

/** How values are written. */
public enum Dialect {
  /**
   * Fleet manifests: field names in lowerCamelCase alone; numbers, truth values and texts are not
   * mixed up.
   */
  FLEET,
  /**
   * The protobuf JSON mapping that Envoy's bootstraps use: field names in snake_case or
   * lowerCamelCase, numbers also as text, {@code @type} in an Any, the well-known types in their
   * own forms. Paths name fields in snake_case.
   */
  PROTO_JSON
}
