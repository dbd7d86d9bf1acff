/** The gRPC project's interoperability cases, with its Go client and server, through the proxy. */
@NullMarked
package io.headgate.grpc;

import org.jspecify.annotations.NullMarked;
