/** Tests of the router against scripted backends on real sockets. */
@NullMarked
package io.headgate.dataplane.router;

import org.jspecify.annotations.NullMarked;
