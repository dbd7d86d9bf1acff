/**
 * The corpora of HTTP/1 and HTTP/2 as raw bytes on real proxies: ours, Envoy, HAProxy and nginx,
 * from the client and from the backend; HTTP/2 also on our codec alone, split at every offset.
 * nginx speaks HTTP/2 to backends of gRPC only, so that is how its lanes are set up. Each proxy has
 * several lanes (a listener with a backend of its own), so that cases run side by side and it is
 * known which request of the backend belongs to which case.
 */
@NullMarked
package io.headgate.framing;

import org.jspecify.annotations.NullMarked;
