package dev.sluice.signaling.livekit;

import dev.sluice.signaling.config.ServerConfig.TurnServer;
import dev.sluice.signaling.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import livekit.LivekitRtc.ICEServer;

/**
 * The TURN servers that clients are told of, each time with credentials that end by themselves: the
 * user name is an expiry and the participant, the password its HMAC with a secret that the TURN
 * server has too (draft-uberti-behave-turn-rest-00; coturn's {@code use-auth-secret}).
 */
public final class TurnServers {
    private final Settings settings;
    private final Clock clock;

    public TurnServers(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * @return the servers, with credentials of this participant
     */
    List<ICEServer> servers(String participantSid) {
        List<ICEServer> told = new ArrayList<>();
        for (TurnServer server : settings.current().turnServers()) {
            String user = clock.instant().getEpochSecond() + server.ttl() + ":" + participantSid;
            told.add(
                    ICEServer.newBuilder()
                            .addUrls(url(server))
                            .setUsername(user)
                            .setCredential(password(server.secret(), user))
                            .build());
        }
        return told;
    }

    /**
     * @return the same as links of HTTP (RFC 9725 §4.6), for whoever has no signaling
     */
    String links(String participantSid) {
        return servers(participantSid).stream()
                .map(server ->
                        "<"
                                + server.getUrls(0)
                                + ">; rel=\"ice-server\"; username=\""
                                + server.getUsername()
                                + "\"; credential=\""
                                + server.getCredential()
                                + "\"; credential-type=\"password\"")
                .collect(Collectors.joining(", "));
    }

    private static String url(TurnServer server) {
        boolean tls = server.protocol().equals("tls");
        String transport = tls || server.protocol().equals("tcp") ? "tcp" : "udp";
        String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
        return (tls ? "turns:" : "turn:") + host + ":" + server.port() + "?transport=" + transport;
    }

    private static String password(String secret, String user) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            byte[] hash = mac.doFinal(user.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA1", e);
        }
    }
}
