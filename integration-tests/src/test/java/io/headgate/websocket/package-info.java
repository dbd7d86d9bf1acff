/**
 * WebSockets through the proxy: the Autobahn suite, with the same run direct to the backend beside
 * it.
 */
@NullMarked
package io.headgate.websocket;

import org.jspecify.annotations.NullMarked;
