package dev.sluice.core.media;

/** What a track carries. */
public enum MediaKind {
    AUDIO,
    VIDEO
}
