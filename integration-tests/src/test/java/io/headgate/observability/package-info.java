/**
 * One scripted run of traffic through Headgate and a real Envoy that were started from the same
 * bootstrap: access logs, spans and meters are what was sent, and alike.
 */
@NullMarked
package io.headgate.observability;

import org.jspecify.annotations.NullMarked;
