/** Tests of listeners over real sockets. */
@NullMarked
package io.headgate.dataplane.listener;

import org.jspecify.annotations.NullMarked;
