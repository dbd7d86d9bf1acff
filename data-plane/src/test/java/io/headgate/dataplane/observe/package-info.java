/** Tests of meters and access logs. */
@NullMarked
package io.headgate.dataplane.observe;

import org.jspecify.annotations.NullMarked;
