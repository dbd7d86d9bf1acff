package io.headgate.xds.model.value;

/**
 * A share of all cases that a runtime key can change.
 *
 * @param key empty for none
 * @param fraction while the key has no value
 */
public record RuntimeFraction(String key, Fraction fraction) {}
