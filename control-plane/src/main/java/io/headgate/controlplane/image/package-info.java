/**
 * The whole accepted config of the fleet as one immutable tree, and what changed from one tree to
 * the next.
 *
 * <p>Thread: every type but {@link io.headgate.controlplane.image.ImageEdit} is immutable and may
 * be shared; publishers are called on the loader's thread.
 *
 * <p>May import: the fleet model.
 */
@NullMarked
package io.headgate.controlplane.image;

import org.jspecify.annotations.NullMarked;
