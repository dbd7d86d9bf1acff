package io.headgate.xds.model;

/** The last network filter of a chain: the one that takes what the client sends. */
public sealed interface TerminalFilter extends NetworkFilter
    permits HttpConnectionManager, TcpProxy {}
