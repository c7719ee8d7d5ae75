package dev.sluice.signaling;

import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.ClientPeer;
import dev.sluice.signaling.client.SyntheticPublisher;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who sends and somebody who receives, over WHIP and WHEP of a server in development. */
final class PlainCall implements AutoCloseable {
    private static final int CREATED = 201;
    private static final int BITRATE = 300_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final ClientLoop loop = new ClientLoop("call");
    private final List<ClientPeer> peers = new ArrayList<>();
    private final AtomicInteger heard = new AtomicInteger();

    private PlainCall(String url) {
        this.url = url;
    }

    static PlainCall begin(String url) throws IOException, InterruptedException {
        PlainCall call = new PlainCall(url);
        if (call.publish("witness", false) != CREATED) {
            throw new AssertionError("the call was not let in");
        }
        Hearer hearer = call.new Hearer();
        HttpResponse<String> answer = call.post("whep/witness", hearer.offer(false, 1, 1, 0));
        for (int i = 0; i < 100 && answer.statusCode() != CREATED; i++) {
            TimeUnit.MILLISECONDS.sleep(20); // nobody is live yet
            answer = call.post("whep/witness", hearer.offer(false, 1, 1, 0));
        }
        call.connect(hearer, answer);
        return call;
    }

    private HttpResponse<String> post(String path, String offer)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/dev/" + path + "/camera"))
                        .header("Content-Type", "application/sdp")
                        .POST(HttpRequest.BodyPublishers.ofString(offer))
                        .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private void connect(ClientPeer peer, HttpResponse<String> answer) {
        peers.add(peer);
        peer.connect(Answer.read(answer.body())).orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Lets one more send. @return the status of the answer */
    int publish(String room, boolean simulcast) throws IOException, InterruptedException {
        SyntheticPublisher peer = new SyntheticPublisher(loop, BITRATE, 100, 0, simulcast);
        HttpResponse<String> answer = post("whip/" + room, peer.offer(true, 1, 1, 100, simulcast));
        if (answer.statusCode() == CREATED) {
            connect(peer, answer);
        } else {
            peer.close();
        }
        return answer.statusCode();
    }

    /** Everybody but the two leaves. */
    void othersLeave() {
        while (peers.size() > 2) {
            peers.removeLast().close();
        }
    }

    /**
     * @return packets heard in so many milliseconds
     */
    int heard(int millis) throws InterruptedException {
        int before = heard.get();
        TimeUnit.MILLISECONDS.sleep(millis);
        return heard.get() - before;
    }

    private final class Hearer extends ClientPeer {
        Hearer() {
            super(loop);
        }

        @Override
        protected void onPacket(long nowNanos, ByteBuf packet, int length) {
            heard.incrementAndGet();
        }

        @Override
        protected void onReport(ByteBuf report, int length) {}

        @Override
        protected void onUp(long nowNanos) {}
    }

    @Override
    public void close() {
        peers.forEach(ClientPeer::close);
        loop.close();
        http.close();
    }
}
