package io.headgate.xds.codec.message;

import java.util.Set;

/**
 * What a decoder lets pass.
 *
 * @param ignoreUnknownFields whether fields that our protos do not know are skipped; an
 *     unimplemented known field or an unknown extension stays a violation
 * @param controlPlaneClusters clusters that only the discovery, load and status streams use: those
 *     may have HTTP/2 and TLS
 */
public record DecodeOptions(boolean ignoreUnknownFields, Set<String> controlPlaneClusters) {
  public static final DecodeOptions STRICT = new DecodeOptions(false, Set.of());

  public DecodeOptions {
    controlPlaneClusters = Set.copyOf(controlPlaneClusters);
  }

  /** Strict or lenient towards unknown fields, with no control-plane clusters. */
  public static DecodeOptions ignoringUnknownFields(boolean ignore) {
    return new DecodeOptions(ignore, Set.of());
  }
}
