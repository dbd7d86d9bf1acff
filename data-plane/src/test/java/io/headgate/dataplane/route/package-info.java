/** Tests of the compiled route table against a naive one. */
@NullMarked
package io.headgate.dataplane.route;

import org.jspecify.annotations.NullMarked;
