package io.headgate.xds.model.filter;

/** The filter for which headers pass; it does nothing where the route says nothing. */
public record HeaderRulesConfig() implements FilterConfig {}
