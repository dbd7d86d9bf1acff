/** Tests of the HTTP/2 codec: states, budgets, windows, and both sides against each other. */
@NullMarked
package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.NullMarked;
