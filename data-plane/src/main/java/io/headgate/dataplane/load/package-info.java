/**
 * Load back from the backends and on to the control plane.
 *
 * <p>Job: parse ORCA reports of answers ({@link io.headgate.dataplane.load.OrcaParser}), add them
 * to the endpoint's totals, and report totals per endpoint over the load reporting service. Thread:
 * parsing on the request's event loop; reporting on the gRPC executor. Imports: {@code endpoint},
 * {@code current}, {@code http}; gRPC and the load-stats protos in the reporting client only.
 */
@NullMarked
package io.headgate.dataplane.load;

import org.jspecify.annotations.NullMarked;
