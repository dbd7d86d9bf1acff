/** Restarts under load: nothing may be lost. */
@NullMarked
package io.headgate.restart;

import org.jspecify.annotations.NullMarked;
