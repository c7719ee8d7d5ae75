package dev.sluice.signaling.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Binding requests of a controlling agent (RFC 8445 §7.2, RFC 8489). */
public final class IceChecks {
    private static final int MAGIC = 0x2112A442;
    private static final int HEADER = 20;
    private static final short BINDING = 0x0001;
    private static final short USERNAME = 0x0006;
    private static final short MESSAGE_INTEGRITY = 0x0008;
    private static final short USE_CANDIDATE = 0x0025;

    private IceChecks() {}

    /**
     * @return a check that nominates its pair
     */
    public static byte[] nominating(String remoteUfrag, String remotePassword, String localUfrag) {
        byte[] username = (remoteUfrag + ":" + localUfrag).getBytes(StandardCharsets.US_ASCII);
        int padded = (username.length + 3) & ~3;
        ByteBuffer message = ByteBuffer.allocate(HEADER + 4 + padded + 4 + 24);
        byte[] transaction = new byte[12];
        ThreadLocalRandom.current().nextBytes(transaction);
        message.putShort(BINDING).putShort((short) (message.capacity() - HEADER)).putInt(MAGIC);
        message.put(transaction);
        message.putShort(USERNAME).putShort((short) username.length).put(username);
        message.position(HEADER + 4 + padded);
        message.putShort(USE_CANDIDATE).putShort((short) 0);
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            byte[] key = remotePassword.getBytes(StandardCharsets.US_ASCII);
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            mac.update(message.array(), 0, message.position());
            message.putShort(MESSAGE_INTEGRITY).putShort((short) 20).put(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return message.array();
    }
}
