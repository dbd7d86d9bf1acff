/**
 * Header compression of HTTP/2 (RFC 7541), both directions: straight into and out of a header
 * block's storage, without an object per field.
 *
 * <p><b>Thread:</b> each coder belongs to one connection and its event loop; the static tables are
 * immutable. <b>Imports:</b> {@code http}, Netty's buffers.
 */
@NullMarked
package io.headgate.dataplane.codec.h2.hpack;

import org.jspecify.annotations.NullMarked;
