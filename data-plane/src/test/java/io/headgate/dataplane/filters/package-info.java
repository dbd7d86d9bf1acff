/** A stream for tests of single filters. */
@NullMarked
package io.headgate.dataplane.filters;

import org.jspecify.annotations.NullMarked;
