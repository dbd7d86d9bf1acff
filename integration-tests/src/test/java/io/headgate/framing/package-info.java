/**
 * The corpus of HTTP/1 as raw bytes on real proxies: ours, Envoy, HAProxy and nginx, from the
 * client and from the backend. Each proxy has several lanes (a listener with a backend of its own),
 * so that cases run side by side and it is known which request of the backend belongs to which
 * case.
 */
@NullMarked
package io.headgate.framing;

import org.jspecify.annotations.NullMarked;
