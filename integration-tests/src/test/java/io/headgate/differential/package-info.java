/**
 * Generated requests through Headgate and a real Envoy that were started from the same bootstrap:
 * what the client gets and what the backend gets must be the same, but for the differences that
 * {@link io.headgate.differential.Difference} names.
 */
@NullMarked
package io.headgate.differential;

import org.jspecify.annotations.NullMarked;
