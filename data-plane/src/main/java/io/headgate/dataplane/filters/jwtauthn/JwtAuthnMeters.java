package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.observe.Counter;

/** What the filter counts, by Envoy's names. */
record JwtAuthnMeters(Counter allowed, Counter denied, Counter corsPreflightBypassed) {}
