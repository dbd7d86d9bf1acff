/** Tests of the HTTP/1 codec. */
@NullMarked
package io.headgate.dataplane.codec.h1;

import org.jspecify.annotations.NullMarked;
