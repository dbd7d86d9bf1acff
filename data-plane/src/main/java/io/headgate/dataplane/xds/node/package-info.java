/**
 * Who this proxy is, and how that is told to a control plane.
 *
 * <p>Owning thread: none, but for {@code NodeOnce}, which belongs to a stream. May import: {@code
 * xds.model} and the protos.
 */
@NullMarked
package io.headgate.dataplane.xds.node;

import org.jspecify.annotations.NullMarked;
