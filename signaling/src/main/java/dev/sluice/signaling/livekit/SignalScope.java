package dev.sluice.signaling.livekit;

import dev.sluice.core.Sfu;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.config.Settings;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all rooms and sessions share.
 *
 * @param sfu the forwarding core
 * @param settings the server's configuration
 * @param tokens verifies and signs
 * @param loop the one control loop
 * @param clock wall clock
 * @param sids random identifiers
 * @param estimates what networks took before
 * @param turn relays that clients are told of
 * @param events who hears what happens in rooms
 * @param version of the server
 */
record SignalScope(
        Sfu sfu,
        Settings settings,
        AccessTokens tokens,
        ScheduledExecutorService loop,
        Clock clock,
        Sids sids,
        RememberedEstimates estimates,
        TurnServers turn,
        RoomEvent.Listener events,
        String version) {
    /**
     * @return the configuration in force
     */
    ServerConfig config() {
        return settings.current();
    }
}
