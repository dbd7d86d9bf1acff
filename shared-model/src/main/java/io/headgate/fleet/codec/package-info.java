/**
 * Manifests and stored objects of the fleet as records, and back.
 *
 * <p>Text becomes a {@link io.headgate.fleet.codec.document.Node} tree with lines, the tree becomes
 * a message ({@link io.headgate.fleet.codec.document.MessageReader}), the message becomes a record
 * ({@link FleetReader}); each step adds what it finds wrong to the same list, so a person sees all
 * of it at once. {@link FleetWriter} goes back. Below, {@code document} and {@code rule} are what
 * the folders of the kinds stand on: {@code gateway}, {@code route}, {@code policy}, {@code
 * service}.
 *
 * <p>Thread: stateless, or confined to one call. May import: {@code fleet}, the generated messages
 * and the folders below.
 */
@NullMarked
package io.headgate.fleet.codec;

import org.jspecify.annotations.NullMarked;
