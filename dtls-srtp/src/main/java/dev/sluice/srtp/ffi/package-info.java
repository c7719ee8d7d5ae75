/**
 * The native crypto libraries and the raw memory they work on, the only package of this module that
 * uses foreign functions. Safe from any thread as long as no two use the same memory; ranges are
 * checked by the callers, with the buffers at hand.
 */
@NullMarked
package dev.sluice.srtp.ffi;

import org.jspecify.annotations.NullMarked;
