/**
 * Spans and metrics on their way to a collector, by OTLP over gRPC or HTTP.
 *
 * <p>Job: batches what streams and meters say, writes it in protobuf and posts it through a cluster
 * of the proxy's own, so that load balancing, TLS, circuit breakers and their counters are those of
 * any other request.
 *
 * <p>Owning thread: batches may be filled by any thread; each export runs on one event loop and
 * blocks nobody.
 *
 * <p>May import: {@code cluster}, {@code upstream}, {@code endpoint}, {@code http}, {@code
 * proxyprotocol}, {@code observe}, {@code xds.model}, OpenTelemetry's metrics SDK.
 */
@NullMarked
package io.headgate.dataplane.otlp;

import org.jspecify.annotations.NullMarked;
