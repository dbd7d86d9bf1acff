/**
 * A long run of mixed traffic while everything around it changes: config, backends, and clients
 * that leave in the middle.
 *
 * <p>Every exchange has an id, which its backend writes into a {@link io.headgate.soak.Journal}
 * when it dies with it; so each failure has a cause that can be looked up. What no journal and no
 * client accounts for is the proxy's.
 */
@NullMarked
package io.headgate.soak;

import org.jspecify.annotations.NullMarked;
