/**
 * The compiled route table: which route a request takes, and what is done with it then.
 *
 * <p>Job: turn a {@code RouteConfiguration} into arrays that match on the bytes of the head,
 * without garbage; the per-route config of filters, rewrites and header changes are worked out
 * once. A match gives an object that was made at compile time. Entry points: {@link
 * io.headgate.dataplane.route.RouteTable#compile} on the config thread, {@link
 * io.headgate.dataplane.route.RouteTable#match} on any event loop.
 *
 * <p>Thread: immutable, shared by all loops. Imports: {@code xds.model}, {@code http}, {@code
 * observe}, {@code filter}, RE2/J.
 */
@NullMarked
package io.headgate.dataplane.route;

import org.jspecify.annotations.NullMarked;
