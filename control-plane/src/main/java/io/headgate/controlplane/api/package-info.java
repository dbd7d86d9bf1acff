/**
 * The REST API, its server-sent events and the dashboard's files, on one port. {@code
 * docs/rest-api.md} is the contract.
 *
 * <p>Thread: each request runs on a virtual thread and may block on etcd. What is shared is
 * immutable or says how it is guarded. May import all of the control plane but {@code cli} and
 * {@code app}.
 */
@NullMarked
package io.headgate.controlplane.api;

import org.jspecify.annotations.NullMarked;
