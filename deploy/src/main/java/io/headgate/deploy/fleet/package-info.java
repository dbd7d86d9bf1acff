/**
 * A whole fleet on this machine: etcd, control planes, proxies, backends, and the command line that
 * drives it.
 *
 * <p>Used by the quick start, the integration tests and the benchmarks. One thread starts and stops
 * a fleet; requests may come from any. May import {@code process} and the JDK; tokens need Nimbus.
 */
@NullMarked
package io.headgate.deploy.fleet;

import org.jspecify.annotations.NullMarked;
