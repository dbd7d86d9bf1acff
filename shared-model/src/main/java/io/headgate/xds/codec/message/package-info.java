/**
 * What every decoder and encoder stands on: reading a message so that no set field is skipped, the
 * protos' validation rules, common values and their writing.
 *
 * <p>{@link io.headgate.xds.codec.message.MessageReader} knows by the message's descriptor which
 * fields are set; a set field that was neither read nor is listed in {@code NoEffect} is a
 * violation.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: xds.model, the generated protos, RE2/J.
 */
@NullMarked
package io.headgate.xds.codec.message;

import org.jspecify.annotations.NullMarked;
