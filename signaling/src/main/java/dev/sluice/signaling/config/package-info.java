/**
 * The configuration: what the YAML file, the environment and flags may say, and what it means.
 *
 * <p>Confined to the caller's thread.
 */
@NullMarked
package dev.sluice.signaling.config;

import org.jspecify.annotations.NullMarked;
