/**
 * The quick start: a fleet that one command brings up, and checks that drive it as its users would.
 */
@NullMarked
package io.headgate.deploy.quickstart;

import org.jspecify.annotations.NullMarked;
