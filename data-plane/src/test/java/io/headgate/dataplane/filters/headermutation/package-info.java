/** Tests of the header mutation filter. */
@NullMarked
package io.headgate.dataplane.filters.headermutation;

import org.jspecify.annotations.NullMarked;
