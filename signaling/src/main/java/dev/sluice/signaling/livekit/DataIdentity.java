package dev.sluice.signaling.livekit;

/**
 * What data channels need to know of a participant. Immutable: workers read it.
 *
 * @param sid of the participant
 * @param identity that others see, empty for a hidden one
 * @param visibleSid that others see, empty for a hidden one
 * @param mayPublish whether it may send
 * @param agent whether it may send what agents do
 */
record DataIdentity(
        String sid, String identity, String visibleSid, boolean mayPublish, boolean agent) {
    static DataIdentity of(String sid, Grants grants) {
        boolean hidden = grants.video().hidden();
        return new DataIdentity(
                sid,
                hidden ? "" : grants.identity(),
                hidden ? "" : sid,
                grants.video().canPublishData(),
                grants.kind().equals("agent"));
    }
}
