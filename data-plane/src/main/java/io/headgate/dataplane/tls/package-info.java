/**
 * TLS contexts from secrets, by BoringSSL: what secrets hold, checks of peers' certificates, choice
 * of the own certificate by the client's hello, sessions, staples, meters.
 *
 * <p><b>Thread:</b> contexts are made by the config thread and shared by all loops. <b>Imports:</b>
 * {@code xds.model}, {@code observe}, {@code current}, Netty.
 */
@NullMarked
package io.headgate.dataplane.tls;

import org.jspecify.annotations.NullMarked;
