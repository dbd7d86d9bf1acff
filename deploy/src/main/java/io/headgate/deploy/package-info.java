/** What runs a fleet on one machine: its processes, an example backend, the quick start. */
@NullMarked
package io.headgate.deploy;

import org.jspecify.annotations.NullMarked;
