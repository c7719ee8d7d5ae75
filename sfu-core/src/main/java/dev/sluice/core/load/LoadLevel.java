package dev.sluice.core.load;

/** What a worker with too much to do no longer does; each level includes the ones before it. */
@SuppressWarnings("EnumOrdinal") // their order is what they mean
public enum LoadLevel {
    /** Everything is done. */
    NORMAL,
    /** No new rooms come here. */
    NO_ROOMS,
    /** Nobody joins the rooms that live here, and nobody publishes more. */
    NO_JOINS,
    /** Tiles lose their highest layer. */
    NO_TOP_LAYERS,
    /** Tiles have their lowest layer with the fewest frames; the stage loses its highest layer. */
    FEW_FRAMES,
    /** Tiles pause; the stage has its lowest layer. */
    STAGE_ONLY,
    /** All video pauses. Sound is never shed. */
    AUDIO_ONLY;

    /**
     * @return whether video is thinned, rather than people being kept out
     */
    public boolean thins() {
        return compareTo(NO_TOP_LAYERS) >= 0;
    }

    /**
     * @return 0 for normal, counting up
     */
    public int number() {
        return ordinal();
    }

    LoadLevel next() {
        return values()[ordinal() + 1];
    }

    LoadLevel previous() {
        return values()[ordinal() - 1];
    }
}
