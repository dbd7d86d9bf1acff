@NullMarked
package io.headgate.dataplane.overload;

import org.jspecify.annotations.NullMarked;
