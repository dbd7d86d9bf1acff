/**
 * What tests of the data plane drive it with: raw HTTP/1 clients, scripted backends, scripted
 * streams.
 */
@NullMarked
package io.headgate.dataplane.harness;

import org.jspecify.annotations.NullMarked;
