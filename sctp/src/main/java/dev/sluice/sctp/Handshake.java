package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How two associations find each other (RFC 9260 §5). Both sides begin at once as a rule, so an
 * INIT that meets our own is answered with our own tag and number (§5.2.1).
 */
final class Handshake {
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX_NANOS = 3 * SECOND;
    private static final int MAX_TRIES = 8;
    private static final int MAX_COOKIE = 1024;
    private static final int INITS_PER_SECOND = 5;
    private static final int ZERO_CHECKSUM_DTLS = 1;

    private enum State {
        CLOSED,
        COOKIE_WAIT,
        COOKIE_ECHOED,
        DONE
    }

    private final PacketWriter writer;
    private final StateCookie cookies;
    private final int tag;
    private final int initialTsn;
    private State state = State.CLOSED;
    private @Nullable SctpParameters answered;
    private byte[] cookie = {};
    private long timerAt = Association.NEVER;
    private long timeout = SECOND;
    private int tries;
    private boolean sendAgain;
    private @Nullable SctpParameters toAnswer;
    private boolean acknowledgeCookie;
    private int acknowledgedTag;
    private long initsSince = Long.MIN_VALUE;
    private int inits;

    Handshake(PacketWriter writer, StateCookie cookies, RandomGenerator random) {
        this.writer = writer;
        this.cookies = cookies;
        int chosen = random.nextInt();
        this.tag = chosen == 0 ? 1 : chosen;
        this.initialTsn = random.nextInt();
    }

    /**
     * @return what packets to us must carry
     */
    int tag() {
        return tag;
    }

    int initialTsn() {
        return initialTsn;
    }

    void connect(long nowNanos) {
        if (state == State.CLOSED) {
            state = State.COOKIE_WAIT;
            start(nowNanos);
        }
    }

    private void start(long nowNanos) {
        sendAgain = true;
        tries = 0;
        timeout = SECOND;
        timerAt = nowNanos + timeout;
    }

    /**
     * The peer begins.
     *
     * @param peer whom we are associated with, null for nobody yet
     */
    void onInit(long nowNanos, PacketView chunk, @Nullable SctpParameters peer) {
        if (nowNanos - initsSince > SECOND || initsSince == Long.MIN_VALUE) {
            initsSince = nowNanos;
            inits = 0;
        }
        SctpParameters said = SctpParameters.read(chunk);
        boolean anew = peer != null && said != null && said.tag() != peer.tag();
        if (said == null || anew || ++inits > INITS_PER_SECOND) {
            return; // who begins anew makes a new connection instead
        }
        toAnswer = said;
    }

    /**
     * @return false when it cannot be gone on from
     */
    boolean onInitAck(long nowNanos, PacketView chunk) {
        if (state != State.COOKIE_WAIT) {
            return true;
        }
        SctpParameters said = SctpParameters.read(chunk);
        if (said == null) {
            return false;
        }
        ParameterCursor each =
                new ParameterCursor(chunk.buffer(), chunk.at() + 16, chunk.length() - 16);
        while (each.next()) {
            if (each.type() == ParameterCursor.STATE_COOKIE && each.length() <= MAX_COOKIE) {
                cookie = new byte[each.length()];
                chunk.buffer().getBytes(each.at(), cookie);
            }
        }
        if (cookie.length == 0) {
            return false;
        }
        answered = said;
        state = State.COOKIE_ECHOED;
        start(nowNanos);
        return true;
    }

    /**
     * Our cookie comes back.
     *
     * @param peer whom we are associated with, null for nobody yet
     * @return who it is, null when the cookie is none of ours
     */
    @Nullable SctpParameters onCookieEcho(
            long nowNanos, PacketView chunk, @Nullable SctpParameters peer) {
        SctpParameters said =
                cookies.read(nowNanos, tag, chunk.buffer(), chunk.at(), chunk.length());
        boolean other = said != null && peer != null && said.tag() != peer.tag();
        if (said == null || other) {
            return null;
        }
        acknowledgeCookie = true;
        acknowledgedTag = said.tag();
        done();
        return said;
    }

    /**
     * @return who it is, null when that was not the question
     */
    @Nullable SctpParameters onCookieAck() {
        if (state != State.COOKIE_ECHOED) {
            return null;
        }
        done();
        return answered;
    }

    private void done() {
        state = State.DONE;
        timerAt = Association.NEVER;
        sendAgain = false;
    }

    long timerAt() {
        return timerAt;
    }

    /**
     * @return false when nobody answers
     */
    boolean onTime(long nowNanos) {
        if (timerAt == Association.NEVER || nowNanos < timerAt) {
            return true;
        }
        if (++tries > MAX_TRIES) {
            return false;
        }
        sendAgain = true;
        timeout = Math.min(MAX_NANOS, 2 * timeout);
        timerAt = nowNanos + timeout;
        return true;
    }

    /** Sends what is due. */
    void flush(long nowNanos) {
        SctpParameters asking = toAnswer;
        if (asking != null) {
            toAnswer = null;
            writer.begin(asking.tag());
            ByteBuf chunk = writeInit(Chunk.INIT_ACK);
            chunk.writeShort(ParameterCursor.STATE_COOKIE);
            chunk.writeShort(ParameterCursor.HEADER + StateCookie.LENGTH);
            cookies.write(nowNanos, tag, asking, chunk);
            writer.end();
            writer.send(true);
        }
        if (acknowledgeCookie) {
            acknowledgeCookie = false;
            writer.begin(acknowledgedTag);
            writer.empty(Chunk.COOKIE_ACK, 0);
            writer.send(true);
        }
        if (sendAgain) {
            sendAgain = false;
            SctpParameters to = answered;
            if (state == State.COOKIE_ECHOED && to != null) {
                writer.begin(to.tag());
                writer.chunk(Chunk.COOKIE_ECHO, 0).writeBytes(cookie);
            } else {
                writer.begin(0);
                writeInit(Chunk.INIT);
            }
            writer.end();
            writer.send(true);
        }
    }

    private ByteBuf writeInit(int type) {
        ByteBuf chunk = writer.chunk(type, 0);
        chunk.writeInt(tag).writeInt(Inbound.WINDOW);
        chunk.writeShort(SctpParameters.STREAMS).writeShort(SctpParameters.STREAMS);
        chunk.writeInt(initialTsn);
        chunk.writeShort(ParameterCursor.FORWARD_TSN).writeShort(4);
        chunk.writeShort(ParameterCursor.ZERO_CHECKSUM).writeShort(8).writeInt(ZERO_CHECKSUM_DTLS);
        chunk.writeShort(ParameterCursor.EXTENSIONS).writeShort(6);
        chunk.writeByte(Chunk.RE_CONFIG).writeByte(Chunk.FORWARD_TSN).writeShort(0);
        return chunk;
    }
}
