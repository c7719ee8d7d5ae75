package dev.sluice.ice.stun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Structure of a STUN message (RFC 5389 §6, §15), walked without decoding: the cheap check before
 * anything else. It is stricter than ice4j: exact length, magic cookie, nothing behind FINGERPRINT,
 * nothing but FINGERPRINT behind MESSAGE-INTEGRITY.
 *
 * <pre>
 *  |0 0| type(14) | length(16) | magic cookie 2112A442 | transaction id(96) | attributes…
 * </pre>
 */
public final class StunPeek {
    /** Message types of the Binding method. */
    public static final int BINDING_REQUEST = 0x0001;

    public static final int BINDING_INDICATION = 0x0011;

    private static final int HEADER = 20;
    private static final int MAGIC_COOKIE = 0x2112A442;
    private static final int MAX_ATTRIBUTES = 32;
    private static final int MAX_USERNAME = 513;
    private static final int USERNAME = 0x0006;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int FINGERPRINT = 0x8028;
    private static final int ICE_CONTROLLED = 0x8029;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int type;
    private int usernameAt;
    private int usernameLength;
    private int integrityAt;
    private int fingerprintAt;
    private boolean useCandidate;
    private boolean controlled;
    private int unknownRequired;

    /**
     * @return whether the datagram is a well-formed STUN message
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        usernameAt = -1;
        integrityAt = -1;
        fingerprintAt = -1;
        useCandidate = false;
        controlled = false;
        unknownRequired = 0;
        if (length < HEADER || (buffer.getByte(offset) & 0xC0) != 0) {
            return false;
        }
        int body = buffer.getUnsignedShort(offset + 2);
        if (body != length - HEADER
                || (body & 3) != 0
                || buffer.getInt(offset + 4) != MAGIC_COOKIE) {
            return false;
        }
        type = buffer.getUnsignedShort(offset);
        int at = offset + HEADER;
        int end = offset + length;
        for (int count = 0; at < end; count++) {
            if (count == MAX_ATTRIBUTES || end - at < 4 || fingerprintAt >= 0) {
                return false;
            }
            int attribute = buffer.getUnsignedShort(at);
            int size = buffer.getUnsignedShort(at + 2);
            int padded = (size + 3) & ~3;
            if (padded > end - at - 4 || !note(attribute, at + 4, size)) {
                return false;
            }
            at += 4 + padded;
        }
        return true;
    }

    private boolean note(int attribute, int at, int size) {
        if (attribute == FINGERPRINT) {
            fingerprintAt = at;
            return size == 4;
        }
        if (integrityAt >= 0) {
            return true; // behind MESSAGE-INTEGRITY it is not there (RFC 5389 §15.4)
        }
        switch (attribute) {
            case USERNAME -> {
                if (size >= MAX_USERNAME) {
                    return false;
                }
                if (usernameAt < 0) {
                    usernameAt = at;
                    usernameLength = size;
                }
            }
            case MESSAGE_INTEGRITY -> {
                integrityAt = at;
                return size == 20;
            }
            case USE_CANDIDATE -> useCandidate = true;
            case ICE_CONTROLLED -> controlled = true;
            default -> {
                if (attribute < 0x8000 && unknownRequired == 0 && !isKnown(attribute)) {
                    unknownRequired = attribute;
                }
            }
        }
        return true;
    }

    /** Comprehension-required attributes of RFC 5389 §18.2 and RFC 8445 §16.1. */
    private static boolean isKnown(int attribute) {
        return switch (attribute) {
            case 0x0001, 0x0009, 0x000A, 0x0014, 0x0015, 0x0020, 0x0024 -> true;
            default -> false;
        };
    }

    public int type() {
        return type;
    }

    public boolean hasIntegrity() {
        return integrityAt >= 0;
    }

    public boolean hasFingerprint() {
        return fingerprintAt >= 0;
    }

    /**
     * @return whether USE-CANDIDATE is there and covered by the integrity
     */
    public boolean isNominating() {
        return useCandidate;
    }

    /**
     * @return whether the sender claims the controlled role, which is ours
     */
    public boolean isControlled() {
        return controlled;
    }

    /**
     * @return the first unknown comprehension-required attribute, 0 when there is none
     */
    public int unknownRequired() {
        return unknownRequired;
    }

    /**
     * @return the whole user name, empty when there is none
     */
    public String username() {
        return usernameAt < 0
                ? ""
                : buffer.toString(usernameAt, usernameLength, StandardCharsets.US_ASCII);
    }

    /**
     * @return the user name up to the first colon, empty when there is none
     */
    public String localUfrag() {
        String username = username();
        int colon = username.indexOf(':');
        return colon < 0 ? "" : username.substring(0, colon);
    }
}
