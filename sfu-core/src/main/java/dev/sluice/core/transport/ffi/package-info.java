/**
 * System calls on a UDP socket through foreign functions, the only package of this module that uses
 * them. Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.transport.ffi;

import org.jspecify.annotations.NullMarked;
