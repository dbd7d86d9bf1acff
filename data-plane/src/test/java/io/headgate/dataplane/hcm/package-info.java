/** Tests of the connection manager. */
@NullMarked
package io.headgate.dataplane.hcm;

import org.jspecify.annotations.NullMarked;
