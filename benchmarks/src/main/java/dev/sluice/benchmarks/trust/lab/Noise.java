package dev.sluice.benchmarks.trust.lab;

import dev.sluice.signaling.client.IceChecks;
import java.util.SplittableRandom;

/** Datagrams that nobody should have sent. */
public enum Noise {
    /** Checks for nobody, or with a wrong password. */
    STUN,
    /** Greetings of DTLS from who was never checked. */
    DTLS,
    /** What looks like SRTP, with a tag that is none. */
    SRTP,
    /** Alerts of DTLS that say goodbye, in plaintext. */
    ALERT,
    /** Fragments of a handshake message that claims to be huge. */
    FRAGMENT,
    /** Anything. */
    ANY;

    private static final int LENGTH = 1200;

    /**
     * @param ufrag of a live session of the server, empty for none
     */
    public byte[] datagram(SplittableRandom random, String ufrag) {
        return switch (this) {
            case STUN -> {
                boolean known = !ufrag.isEmpty() && random.nextBoolean();
                String to = known ? ufrag : Integer.toString(random.nextInt(1 << 30), 36);
                yield IceChecks.nominating(to, "a password that is wrong", "zzzz");
            }
            case DTLS -> record(random, 22, 0, 120, (byte) 1);
            case SRTP -> {
                byte[] packet = any(random, LENGTH);
                packet[0] = (byte) 0x80;
                packet[1] = (byte) (random.nextBoolean() ? 96 : 111);
                yield packet;
            }
            case ALERT -> {
                byte[] alert = record(random, 21, 0, 2, (byte) 2);
                alert[14] = 0; // close_notify
                yield alert;
            }
            case FRAGMENT -> {
                byte[] fragment = record(random, 22, 0, 13, (byte) 1);
                fragment[14] = (byte) 0xFF; // length of the message: 16 MiB
                fragment[15] = (byte) 0xFF;
                fragment[16] = (byte) 0xFF;
                yield fragment;
            }
            case ANY -> any(random, 1 + random.nextInt(LENGTH));
        };
    }

    private static byte[] any(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A record of DTLS 1.2 (RFC 6347 §4.1) with a body that begins so. */
    private static byte[] record(
            SplittableRandom random, int type, int epoch, int length, byte first) {
        byte[] record = any(random, 13 + length);
        record[0] = (byte) type;
        record[1] = (byte) 0xFE;
        record[2] = (byte) 0xFD;
        record[3] = 0;
        record[4] = (byte) epoch;
        record[11] = (byte) (length >>> 8);
        record[12] = (byte) length;
        record[13] = first;
        return record;
    }
}
