/**
 * The filter SPI: how an extension looks at and changes a stream, and the registry of all
 * extensions.
 *
 * <p>Three lifetimes: a config record is decoded (shared model), a {@link
 * io.headgate.dataplane.filter.FilterFactory} makes one {@link
 * io.headgate.dataplane.filter.FilterTemplate} of it per config generation, and the template makes
 * one filter per stream. <b>Thread:</b> factories run on the config thread, filters on the stream's
 * event loop. <b>Imports:</b> {@code http}, {@code observe}.
 */
@NullMarked
package io.headgate.dataplane.filter;

import org.jspecify.annotations.NullMarked;
