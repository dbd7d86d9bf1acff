/** Tests of the filter {@code headgate.header_rules}. */
@NullMarked
package io.headgate.dataplane.filters.headerrules;

import org.jspecify.annotations.NullMarked;
