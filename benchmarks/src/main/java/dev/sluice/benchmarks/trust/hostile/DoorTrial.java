package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.signaling.livekit.AccessTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Those who are not let in: what they cost, and what they can find out. */
final class DoorTrial {
    private static final int REFUSALS = 10_000;
    private static final int WARM = 2_000;
    private static final int PROBES = 1_000;

    private final ServerProcess server;
    private final Report report;
    private final HttpClient http = HttpClient.newHttpClient();

    DoorTrial(ServerProcess server, Report report) {
        this.server = server;
        this.report = report;
    }

    /**
     * @param known a room that there is
     * @param idle the server's CPU while nobody knocks, percent of a core
     */
    void run(String known, double idle) throws IOException, InterruptedException {
        refusals(idle);
        probes(known);
    }

    private void refusals(double idle) throws IOException, InterruptedException {
        String forged =
                new AccessTokens(Map.of("devkey", "guessed"), Clock.systemUTC())
                        .sign(
                                AccessTokens.participant("x", "y", "", true, true),
                                Duration.ofHours(1));
        HttpRequest join = get("/rtc/validate?access_token=" + forged).build();
        HttpRequest publish =
                get("/whip")
                        .header("Authorization", "Bearer " + forged)
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString("v=0\r\n"))
                        .build();
        for (int i = 0; i < WARM; i++) {
            status(i % 2 == 0 ? join : publish);
        }
        long people = server.metric("sluice_participants");
        long began = System.nanoTime();
        long cpu = server.cpuNanos();
        int letIn = 0;
        for (int i = 0; i < REFUSALS; i++) {
            letIn += status(i % 2 == 0 ? join : publish) == 401 ? 0 : 1;
        }
        double wall = System.nanoTime() - began;
        double used = (server.cpuNanos() - cpu - idle / 100 * wall) / REFUSALS / 1e6;
        report.none("10,000 forged tokens: answered otherwise than by 401", letIn);
        report.most("  CPU of a refusal", used, 1, " ms");
        report.none("  participants more", server.metric("sluice_participants") - people);
    }

    /** An administrator of another room asks for one that there is and one that there is not. */
    private void probes(String known) throws IOException, InterruptedException {
        String token =
                new AccessTokens(Map.of("devkey", "secret"), Clock.systemUTC())
                        .sign(AccessTokens.administrator("elsewhere", "eve"), Duration.ofHours(1));
        HttpRequest there = ask(token, known);
        HttpRequest nowhere = ask(token, "nowhere");
        double[] present = new double[PROBES];
        double[] unknown = new double[PROBES];
        for (int i = -PROBES; i < PROBES; i++) {
            double first = millis(there);
            double second = millis(nowhere);
            if (i >= 0) {
                present[i] = first;
                unknown[i] = second;
            }
        }
        double ratio = median(present) / median(unknown);
        report.goal(
                "rooms there are against rooms there are not: time of a refusal",
                Report.number(ratio),
                "0.9 to 1.1",
                ratio >= 0.9 && ratio <= 1.1);
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path));
    }

    private HttpRequest ask(String token, String room) {
        return get("/twirp/livekit.RoomService/ListParticipants")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"room\":\"" + room + "\"}"))
                .build();
    }

    private int status(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private double millis(HttpRequest request) throws IOException, InterruptedException {
        long began = System.nanoTime();
        status(request);
        return (System.nanoTime() - began) / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
