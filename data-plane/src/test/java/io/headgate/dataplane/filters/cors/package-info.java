/** Tests of the filter {@code cors}. */
@NullMarked
package io.headgate.dataplane.filters.cors;

import org.jspecify.annotations.NullMarked;
