package dev.sluice.srtp;

/**
 * Heap arrays that the SunJCE ciphers of one worker share: on direct buffers they are far slower.
 */
final class JceScratch {
    static final int CAPACITY = 2048;

    final byte[] in = new byte[CAPACITY];
    final byte[] out = new byte[CAPACITY + 32];
    final byte[] aad = new byte[CAPACITY];
}
