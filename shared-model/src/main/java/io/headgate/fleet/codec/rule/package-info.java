/**
 * Rules that many fields share, with the place at which each is reported: names, durations,
 * quantities, metadata and references.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and {@code fleet}, {@code document}, the generated messages and RE2/J.
 */
@NullMarked
package io.headgate.fleet.codec.rule;

import org.jspecify.annotations.NullMarked;
