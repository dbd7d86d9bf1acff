/** Tests of the admin over real sockets. */
@NullMarked
package io.headgate.dataplane.admin;

import org.jspecify.annotations.NullMarked;
