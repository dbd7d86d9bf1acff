/** Tests of pools and limits. */
@NullMarked
package io.headgate.dataplane.upstream;

import org.jspecify.annotations.NullMarked;
