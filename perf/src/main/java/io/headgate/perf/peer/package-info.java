/** The proxies that are compared, each started from a config written for the run. */
@NullMarked
package io.headgate.perf.peer;

import org.jspecify.annotations.NullMarked;
