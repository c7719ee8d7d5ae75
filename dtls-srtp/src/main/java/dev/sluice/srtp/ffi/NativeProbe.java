package dev.sluice.srtp.ffi;

import org.jspecify.annotations.Nullable;

/**
 * Whether a native library is there and of a version we know.
 *
 * @param version for the log, empty when it cannot be used
 * @param problem why it cannot be used, null when it can
 */
public record NativeProbe(String version, @Nullable String problem) {
    /** Looks for Intel's ipsec-mb. */
    public static NativeProbe ipsecMb() {
        try {
            int version = IpsecMb.version();
            String text = (version >> 16) + "." + (version >> 8 & 0xFF) + "." + (version & 0xFF);
            if (version < IpsecMb.OLDEST || version >= IpsecMb.TOO_NEW) {
                return missing("version " + text + " is not known to work");
            }
            return new NativeProbe(text, null);
        } catch (UnsupportedOperationException | LinkageError e) {
            return missing(reason(e));
        }
    }

    /** Looks for OpenSSL's libcrypto. */
    public static NativeProbe libCrypto() {
        try {
            String[] words = LibCrypto.version().split(" ", 3);
            return new NativeProbe(words.length > 1 ? words[1] : words[0], null);
        } catch (UnsupportedOperationException | LinkageError e) {
            return missing(reason(e));
        }
    }

    public boolean isUsable() {
        return problem == null;
    }

    private static NativeProbe missing(String why) {
        return new NativeProbe("", why);
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return String.valueOf(cause.getMessage());
    }
}
