/** Tests of header compression: the RFC's examples and another implementation. */
@NullMarked
package io.headgate.dataplane.codec.h2.hpack;

import org.jspecify.annotations.NullMarked;
