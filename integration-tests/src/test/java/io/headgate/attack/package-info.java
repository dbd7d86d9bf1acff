/**
 * Peers that want to do harm, against a real proxy with limits and timeouts as an edge has them:
 * each attacked connection must be closed by the counter that names the attack, a well-behaved
 * client beside it must notice nothing, and the proxy's memory must stay.
 *
 * <p>The frames are written by hand; nothing of the product is used to attack it. In the normal
 * build every attack runs in a small form; {@code integration-tests/suite.sh slow} sets {@code
 * HEADGATE_FULL} for the whole one.
 */
@NullMarked
package io.headgate.attack;

import org.jspecify.annotations.NullMarked;
