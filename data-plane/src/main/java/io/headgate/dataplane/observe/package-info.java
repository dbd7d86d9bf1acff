/**
 * What is measured and said about traffic: stream facts, response flags, meters, access logs.
 *
 * <p><b>Thread:</b> stream facts are confined to the stream's event loop; meters may be touched and
 * read by any thread; access logs are written by a thread of their own. <b>Imports:</b> {@code
 * http}, {@code xds.model}, OpenTelemetry's metrics SDK.
 */
@NullMarked
package io.headgate.dataplane.observe;

import org.jspecify.annotations.NullMarked;
