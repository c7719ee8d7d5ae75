package dev.sluice.benchmarks.load;

import dev.sluice.signaling.client.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Brings peers into rooms over HTTP, on a development server's paths. */
public final class WhipClient {
    private static final int CONFLICT = 409;
    private static final int TRIES = 100;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;

    public WhipClient(String base) {
        this.base = base;
    }

    /**
     * @return the server's answer to an offer; tries again while there is nothing to see
     */
    public Answer post(String path, String offer) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/sdp")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(offer))
                        .build();
        try {
            for (int i = 0; i < TRIES; i++) {
                HttpResponse<String> response =
                        http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 201) {
                    return Answer.read(response.body());
                }
                if (response.statusCode() != CONFLICT) {
                    throw new IllegalStateException(
                            path + ": " + response.statusCode() + " " + response.body());
                }
                Thread.sleep(50);
            }
            throw new IllegalStateException(path + ": nobody is live");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(path + ": " + e, e);
        }
    }
}
