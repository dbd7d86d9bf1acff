/**
 * Gateway API from outside: for each feature a scenario that goes through real etcd, control plane
 * and proxy.
 */
@NullMarked
package io.headgate.gatewayapi;

import org.jspecify.annotations.NullMarked;
