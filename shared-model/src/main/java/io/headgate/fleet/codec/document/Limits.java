package io.headgate.fleet.codec.document;

/**
 * What one text may cost.
 *
 * @param chars length of the text
 * @param depth nested mappings and lists
 * @param nodes values in the text, when every alias is written out
 */
public record Limits(int chars, int depth, int nodes) {
  /** For a manifest file or a bootstrap: 8 MiB. */
  public static final Limits FILE = new Limits(8 << 20, 64, 500_000);

  /** For a value of etcd, whose own limit is 1.5 MiB. */
  public static final Limits ETCD_VALUE = new Limits(3 << 19, 64, 100_000);
}
