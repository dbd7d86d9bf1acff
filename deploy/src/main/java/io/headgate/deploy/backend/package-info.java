/**
 * An example backend: registers itself in etcd under a lease, leaves cleanly, reports its load as
 * ORCA.
 *
 * <p>Uses the JDK only, so that any service of anybody's can do the same; {@code
 * docs/getting-started.md} shows it.
 */
@NullMarked
package io.headgate.deploy.backend;

import org.jspecify.annotations.NullMarked;
