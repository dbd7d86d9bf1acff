/**
 * Passive health: which hosts are ejected for their failures, and for how long.
 *
 * <p>Job: count the failures of each kind apart, eject at the threshold within the cap, take back
 * after the ejection time. Thread: results come from any event loop; {@code tick} is called by one
 * thread on a timer. Clock and chance are injected. Imports: {@code endpoint}, {@code lb} (to say
 * that health changed).
 */
@NullMarked
package io.headgate.dataplane.health;

import org.jspecify.annotations.NullMarked;
