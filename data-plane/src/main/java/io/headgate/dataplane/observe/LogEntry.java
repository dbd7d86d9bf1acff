package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** What an access-log operator may look at. Lent for one call. */
record LogEntry(
    StreamInfo info,
    RequestHead request,
    @Nullable ResponseHead response,
    @Nullable HeaderBlock responseTrailers) {}
