/**
 * The one thread that everything of the discovery client runs on, as the client sees it.
 *
 * <p>Owning thread: any may hand in a task. May import: the JDK.
 */
@NullMarked
package io.headgate.dataplane.xds.thread;

import org.jspecify.annotations.NullMarked;
