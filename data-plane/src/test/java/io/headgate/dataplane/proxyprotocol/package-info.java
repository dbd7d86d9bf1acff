/** Tests of PROXY headers. */
@NullMarked
package io.headgate.dataplane.proxyprotocol;

import org.jspecify.annotations.NullMarked;
