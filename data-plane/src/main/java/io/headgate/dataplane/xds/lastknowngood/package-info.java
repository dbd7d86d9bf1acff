/**
 * The accepted config on disk, encrypted where there is a key, and what is served from it when no
 * control plane answers.
 *
 * <p>Owning thread: the xds thread; files are written on the disk thread, and read before the
 * start.
 *
 * <p>May import: {@code xds.resource}, {@code xds.thread} and the protos.
 */
@NullMarked
package io.headgate.dataplane.xds.lastknowngood;

import org.jspecify.annotations.NullMarked;
