/**
 * The whole system from outside: real processes, real etcd, real sockets, and what must happen when
 * parts of it fail.
 */
@NullMarked
package io.headgate.system;

import org.jspecify.annotations.NullMarked;
