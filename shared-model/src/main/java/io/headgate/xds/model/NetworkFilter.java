package io.headgate.xds.model;

/** A filter on the bytes of a connection. */
public sealed interface NetworkFilter permits TerminalFilter, ConnectionLimit {}
