/**
 * TLS contexts from certificate files, by BoringSSL where it runs, else by the JDK.
 *
 * <p><b>Thread:</b> contexts are made by the config thread and shared by all loops. <b>Imports:</b>
 * {@code xds.model}, Netty.
 */
@NullMarked
package io.headgate.dataplane.tls;

import org.jspecify.annotations.NullMarked;
