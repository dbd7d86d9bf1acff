/**
 * What the proxy does when it runs short of something: watches heap, direct memory, descriptors,
 * event loops and connections, and answers what connections and streams ask of it.
 *
 * <p><b>Thread:</b> one of its own looks; any may ask. <b>Imports:</b> {@code hcm} and {@code
 * listener} for the questions, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.overload;

import org.jspecify.annotations.NullMarked;
