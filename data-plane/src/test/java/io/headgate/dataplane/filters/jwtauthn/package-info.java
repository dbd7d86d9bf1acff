/** Tests of the token filter. */
@NullMarked
package io.headgate.dataplane.filters.jwtauthn;

import org.jspecify.annotations.NullMarked;
