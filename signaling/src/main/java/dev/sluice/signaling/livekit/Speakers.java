package dev.sluice.signaling.livekit;

import java.util.HashMap;
import java.util.Map;
import livekit.LivekitModels.SpeakerInfo;
import org.jspecify.annotations.Nullable;

/** Who speaks in a room: a participant is as loud as the loudest of its tracks. */
final class Speakers {
    private record Sound(String participantSid, double level) {}

    private final Map<String, Sound> byTrack = new HashMap<>();

    /**
     * A track is that loud from now on.
     *
     * @param level 0…1, 0 for silent
     * @return the participant to tell of
     */
    SpeakerInfo changed(String trackSid, String participantSid, double level) {
        if (level > 0) {
            byTrack.put(trackSid, new Sound(participantSid, level));
        } else {
            byTrack.remove(trackSid);
        }
        return info(participantSid);
    }

    /**
     * A track is gone, and cannot be heard any more.
     *
     * @return the participant to tell of, null when it was silent
     */
    @Nullable SpeakerInfo ended(String trackSid) {
        Sound sound = byTrack.remove(trackSid);
        return sound == null ? null : info(sound.participantSid);
    }

    private SpeakerInfo info(String participantSid) {
        double loudest =
                byTrack.values().stream()
                        .filter(each -> each.participantSid.equals(participantSid))
                        .mapToDouble(Sound::level)
                        .max()
                        .orElse(0);
        return SpeakerInfo.newBuilder()
                .setSid(participantSid)
                .setLevel((float) loudest)
                .setActive(loudest > 0)
                .build();
    }
}
