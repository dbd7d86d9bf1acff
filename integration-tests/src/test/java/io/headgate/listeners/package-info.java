/** What becomes of live connections when their listener is updated, through a proxy of its own. */
@NullMarked
package io.headgate.listeners;

import org.jspecify.annotations.NullMarked;
