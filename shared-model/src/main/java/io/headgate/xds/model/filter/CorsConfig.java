package io.headgate.xds.model.filter;

/** The CORS filter, which does nothing where the route says nothing. */
public record CorsConfig() implements FilterConfig {}
