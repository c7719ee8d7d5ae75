package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.load.RoomMember;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Members;
import dev.sluice.sctp.Reliability;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.DataPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import livekit.LivekitModels.ParticipantTracks;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;

/** One room and its people, who do something at random twice a second; on a thread of its own. */
final class Island implements AutoCloseable, RoomMember.Ear {
    private static final int MEMBERS = 4;
    private static final int TALKERS = 2;
    private static final int STEP_MILLIS = 500;
    private static final int PATIENCE_SECONDS = 15;
    private static final int PEOPLE_A_ROOM = 1_000_000;

    private final int number;
    private final Borders borders;
    private final Members people;
    private final WhipClient http;
    private final ClientLoop loop;
    private final SplittableRandom random;
    private final List<RoomMember> members = new ArrayList<>();
    private final List<DataPeer> talkers = new ArrayList<>();
    private final Thread thread;
    private int names;
    private String doing = "";
    private volatile boolean ended;

    Island(int number, Borders borders, Members people, String url, ClientLoop loop, long seed) {
        this.number = number;
        this.borders = borders;
        this.people = people;
        this.http = new WhipClient(url);
        this.loop = loop;
        this.random = new SplittableRandom(seed);
        this.thread = Thread.ofVirtual().name("island-" + number).start(this::run);
    }

    private void run() {
        while (!ended) {
            try {
                step();
            } catch (CompletionException | IllegalStateException e) {
                borders.onFailure("room " + number + ": " + doing + ": " + e);
            }
            borders.onStep();
            try {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void step() {
        List<String> good = new ArrayList<>();
        for (RoomMember member : members) {
            good.add(member.sid());
            if (!member.trackSid().isEmpty()) {
                good.add(member.trackSid());
            }
        }
        borders.goodIn(number, good);
        talkers.forEach(talker -> loop.post(() -> say(talker)));
        int dice = random.nextInt(100);
        if (members.isEmpty() || (dice < 20 && members.size() < MEMBERS)) {
            join();
        } else if (dice < 35) {
            leave();
        } else if (dice < 45) {
            RoomMember member = one();
            member.cut();
            await("resuming", member, member.resume());
        } else if (dice < 60) {
            one().toggle();
        } else if (dice < 75) {
            talk();
        } else if (dice < 95) {
            reach();
        } else {
            intrude();
        }
    }

    private RoomMember one() {
        return members.get(random.nextInt(members.size()));
    }

    /** Waits for what somebody does. */
    private void await(String what, RoomMember who, CompletableFuture<Void> done) {
        doing = what;
        try {
            done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            doing = what + " of " + who.progress();
            throw e;
        }
    }

    private RoomMember make(RoomMember.Ear ear) {
        int id = names++;
        String name = "member-" + id + "-" + Borders.name(number);
        RoomMember member =
                people.make(Borders.name(number), name, number * PEOPLE_A_ROOM + id, ear);
        member.mark(number + 1L);
        return member;
    }

    private void join() {
        RoomMember member = make(this);
        members.add(member);
        await("joining", member, member.join());
        if (random.nextInt(3) > 0) {
            await("publishing", member, member.publish());
        }
    }

    private void leave() {
        RoomMember member = members.remove(random.nextInt(members.size()));
        if (random.nextBoolean()) {
            member.leave();
        } else {
            member.vanish();
        }
    }

    /** Somebody with a data channel comes, or goes. */
    private void talk() {
        if (talkers.size() == TALKERS) {
            talkers.removeFirst().close();
            return;
        }
        DataPeer talker =
                new DataPeer(
                        loop,
                        "chat",
                        Reliability.LOSSY,
                        (_, message) ->
                                borders.onData(number, message.getLong(message.readerIndex())));
        talkers.add(talker);
        String path = "/dev/whip/" + Borders.name(number) + "/talker" + names++;
        doing = "talking";
        talker.connect(http.post(path, talker.offer()))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private void say(DataPeer talker) {
        if (talker.opened().isDone()) {
            ByteBuf message = PooledByteBufAllocator.DEFAULT.buffer(Long.BYTES);
            talker.say(System.nanoTime(), message.writeLong(number + 1L));
            talker.flush(System.nanoTime());
        }
    }

    /** Asks for what is in another room, by its ids. */
    private void reach() {
        List<String> ids = borders.foreign(number, random);
        RoomMember member = one();
        for (String id : ids) {
            member.send(
                    SignalRequest.newBuilder()
                            .setSubscription(
                                    UpdateSubscription.newBuilder()
                                            .setSubscribe(true)
                                            .addTrackSids(id)
                                            .addParticipantTracks(
                                                    ParticipantTracks.newBuilder()
                                                            .setParticipantSid(ids.getFirst())
                                                            .addTrackSids(id))));
            member.send(
                    SignalRequest.newBuilder()
                            .setTrackSetting(
                                    UpdateTrackSettings.newBuilder()
                                            .addTrackSids(id)
                                            .setQuality(VideoQuality.HIGH)));
            member.send(
                    SignalRequest.newBuilder()
                            .setMute(MuteTrackRequest.newBuilder().setSid(id).setMuted(true)));
            borders.onTried(false); // what it brings would be seen as another room's
        }
    }

    /** Goes on with a session of another room, by its id and a token of this one. */
    private void intrude() {
        List<String> ids = borders.foreign(number, random);
        if (ids.isEmpty()) {
            return;
        }
        AtomicBoolean letIn = new AtomicBoolean();
        RoomMember.Ear ear =
                new RoomMember.Ear() {
                    @Override
                    public void onMuted(String sid, boolean muted, long atNanos) {
                        // looked at as a message
                    }

                    @Override
                    public void onMessage(byte[] message) {
                        borders.onMessage(number, message);
                        letIn.compareAndSet(false, Borders.parse(message).hasReconnect());
                    }
                };
        RoomMember intruder = make(ear);
        CompletableFuture<Void> resuming = intruder.resume(ids.getFirst());
        await("intruding", intruder, intruder.told());
        borders.onTried(letIn.get() || (resuming.isDone() && !resuming.isCompletedExceptionally()));
        intruder.vanish();
    }

    @Override
    public void onMuted(String sid, boolean muted, long atNanos) {
        // looked at as a message
    }

    @Override
    public void onMessage(byte[] message) {
        borders.onMessage(number, message);
    }

    @Override
    public void onMark(long mark) {
        borders.onPacket(number, mark);
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(RoomMember::vanish);
        talkers.forEach(DataPeer::close);
    }
}
