package io.headgate.xds.model.tls;

/**
 * TLS towards a cluster.
 *
 * @param sni server name sent; empty for none
 */
public record UpstreamTls(TlsSettings settings, String sni) {}
