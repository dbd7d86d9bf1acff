/** Tests of the neutral message. */
@NullMarked
package io.headgate.dataplane.http;

import org.jspecify.annotations.NullMarked;
