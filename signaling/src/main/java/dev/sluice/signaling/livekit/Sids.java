package dev.sluice.signaling.livekit;

import java.security.SecureRandom;

/**
 * Random identifiers of over 128 bits: {@code PA_} participants, {@code TR_} tracks, {@code RM_}
 * rooms.
 */
final class Sids {
    private static final String BASE62 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 22;

    private final SecureRandom random = new SecureRandom();

    String participant() {
        return create("PA_");
    }

    String track() {
        return create("TR_");
    }

    String room() {
        return create("RM_");
    }

    /**
     * @return an identifier that cannot be guessed
     */
    String secret() {
        return create("");
    }

    private String create(String prefix) {
        StringBuilder sid = new StringBuilder(prefix);
        for (int i = 0; i < LENGTH; i++) {
            sid.append(BASE62.charAt(random.nextInt(BASE62.length())));
        }
        return sid.toString();
    }
}
