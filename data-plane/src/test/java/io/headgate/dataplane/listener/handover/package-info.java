/** Tests of the handover. */
@NullMarked
package io.headgate.dataplane.listener.handover;

import org.jspecify.annotations.NullMarked;
