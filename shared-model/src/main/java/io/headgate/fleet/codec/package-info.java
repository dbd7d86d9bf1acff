/**
 * The one reader of YAML and JSON for messages, driven by their descriptors, and the way between
 * fleet messages and fleet records.
 *
 * <p>Text becomes a {@link Node} tree with lines ({@code YamlTree}, {@code JsonTree}), the tree
 * becomes a message ({@link MessageReader}), the message becomes a record ({@link FleetReader});
 * each step adds what it finds wrong to the same list, so a person sees all of it at once. {@link
 * FleetWriter} goes back. Thread: everything is stateless or confined to one call. Imports: {@code
 * fleet}, the generated messages, protobuf, snakeyaml-engine, RE2/J and Nimbus for checks.
 */
@NullMarked
package io.headgate.fleet.codec;

import org.jspecify.annotations.NullMarked;
