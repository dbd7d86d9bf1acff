/**
 * HTTP/2 frames to the neutral message and back, for both sides, by RFC 9113 at its strictest.
 *
 * <p>One handler per connection and no channel, no task and no frame object per stream: frames are
 * read where they lie, heads go straight into a header block, bodies pass as slices. What is
 * written is gathered and flushed once per turn of the loop; bodies wait in their streams and take
 * turns. Every queue and every kind of frame has a budget ({@link
 * io.headgate.dataplane.codec.h2.Budgets}).
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Imports:</b> {@code http}, {@code observe},
 * {@code xds.model}, Netty.
 */
@NullMarked
package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.NullMarked;
