/**
 * Text as messages and back: YAML and JSON as a tree of nodes with their lines, the tree as a
 * message by its descriptor, and all that is wrong with either in one list.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and protobuf and snakeyaml-engine.
 */
@NullMarked
package io.headgate.fleet.codec.document;

import org.jspecify.annotations.NullMarked;
