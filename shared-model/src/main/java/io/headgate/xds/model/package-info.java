/**
 * xDS values: what a proxy is told, as immutable records and sealed one-ofs of pure JDK types.
 *
 * <p>Here are the resources and the one-ofs that hold one resource within another; what they are
 * made of is in the packages below, which never import this one but for {@code bootstrap}.
 *
 * <p>Job: one value per Envoy v3 resource or part of it that Headgate implements. Defaults are
 * resolved when a value is decoded, so two configurations that mean the same are equal, and an
 * equal value keeps its live object. A zero duration means "off" wherever the field's Javadoc says
 * so.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors, which throw
 * {@link IllegalArgumentException}; the codec turns that into a violation.
 *
 * <p>May import: the JDK only.
 */
@NullMarked
package io.headgate.xds.model;

import org.jspecify.annotations.NullMarked;
