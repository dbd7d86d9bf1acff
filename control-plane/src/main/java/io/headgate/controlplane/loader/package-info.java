/**
 * One thread that turns what etcd says into images: events → delta → image → publishers; and the
 * writes that go the other way.
 *
 * <p>The image is a function of what etcd holds, so every replica makes the same one: accepted
 * values, not those asked for; hosts, overrides and weights as they stand, with the last good value
 * from a hold key where the newest is broken.
 *
 * <p>Thread: {@link io.headgate.controlplane.loader.Loader} and all it owns are confined to the
 * loader's thread; {@link io.headgate.controlplane.loader.FleetStore}, {@link
 * io.headgate.controlplane.loader.ConfigWriter} and {@link
 * io.headgate.controlplane.loader.Recovery} are called by any thread that may block.
 *
 * <p>May import: store, image, the fleet model and its codec.
 */
@NullMarked
package io.headgate.controlplane.loader;

import org.jspecify.annotations.NullMarked;
