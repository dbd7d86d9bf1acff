package io.headgate.fleet.codec;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;

/**
 * One document of a manifest.
 *
 * @param line where it begins, from 1
 * @param title what it calls itself, for example {@code HTTPRoute shop/cart}; empty when it does
 *     not say
 * @param object lines in its violations count from the start of the whole text
 */
public record ManifestDocument(int line, String title, Checked<FleetObject> object) {}
