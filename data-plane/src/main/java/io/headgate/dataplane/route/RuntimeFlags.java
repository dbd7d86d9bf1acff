package io.headgate.dataplane.route;

import io.headgate.xds.model.value.RuntimeFraction;

/**
 * Values that operators may change while the proxy runs, as routes ask for them.
 *
 * <p>Thread: any.
 */
public interface RuntimeFlags {
  /** No key has a value. */
  RuntimeFlags DEFAULTS =
      new RuntimeFlags() {
        @Override
        public boolean takes(RuntimeFraction fraction, long drawn) {
          return fraction.fraction().takes(drawn);
        }

        @Override
        public long integer(String key, long fallback) {
          return fallback;
        }
      };

  /**
   * Whether a case is among the fraction.
   *
   * @param drawn evenly from all 64-bit numbers
   */
  boolean takes(RuntimeFraction fraction, long drawn);

  /** The number of a key; the fallback when the key has none. */
  long integer(String key, long fallback);
}
