/**
 * Fleet resources: what operators and backends write to etcd, as immutable values, and the layout
 * of the etcd keys.
 *
 * <p>Thread: every type is immutable and may be shared. Imports: the JDK only. References between
 * objects are resolved here (an absent namespace is the referring object's), durations are {@link
 * java.time.Duration}; which values are allowed is checked by {@code fleet.codec}, where a
 * violation can still name its line.
 */
@NullMarked
package io.headgate.fleet;

import org.jspecify.annotations.NullMarked;
