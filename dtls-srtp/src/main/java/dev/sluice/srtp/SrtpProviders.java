package dev.sluice.srtp;

import dev.sluice.srtp.ffi.NativeProbe;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the process's {@link SrtpProvider}: the best one that is installed, of a version we know,
 * and passes {@link ProviderSelfTest}.
 */
public final class SrtpProviders {
    /**
     * What was chosen and why.
     *
     * @param provider of all SRTP of the process
     * @param description one line for the log
     * @param warnings libraries that are there but failed the self-test
     */
    public record Choice(SrtpProvider provider, String description, List<String> warnings) {
        /** Copies the list. */
        public Choice {
            warnings = List.copyOf(warnings);
        }
    }

    private static final Map<SrtpProvider, Optional<String>> TESTED = new ConcurrentHashMap<>();

    private SrtpProviders() {}

    /**
     * @param forced the only provider to consider, null for the best
     * @throws IllegalStateException when the forced one cannot be used; the message says why
     */
    public static Choice choose(@Nullable SrtpProvider forced) {
        return choose(forced, SrtpProviders::probe);
    }

    static Choice choose(
            @Nullable SrtpProvider forced, Function<SrtpProvider, NativeProbe> probes) {
        List<String> warnings = new ArrayList<>();
        Map<SrtpProvider, String> problems = new EnumMap<>(SrtpProvider.class);
        List<String> usable = new ArrayList<>();
        SrtpProvider chosen = null;
        for (SrtpProvider provider : SrtpProvider.values()) {
            NativeProbe probe = probes.apply(provider);
            if (probe.problem() != null) {
                problems.put(provider, probe.problem());
                continue;
            }
            boolean candidate = chosen == null && (forced == null || forced == provider);
            if (candidate) {
                String failure = selfTest(provider);
                if (failure != null) {
                    warnings.add(provider.setting() + " failed its self-test: " + failure);
                    problems.put(provider, failure);
                    continue;
                }
                chosen = provider;
            }
            usable.add((provider.setting() + " " + probe.version()).trim());
        }
        if (chosen == null) {
            String why = problems.getOrDefault(forced == null ? SrtpProvider.SUN_JCE : forced, "");
            String name = forced == null ? "" : forced.setting();
            throw new IllegalStateException("srtp.provider " + name + " cannot be used: " + why);
        }
        return new Choice(chosen, describe(chosen, usable, problems), warnings);
    }

    /**
     * @return whether the provider's library is there
     */
    static NativeProbe probe(SrtpProvider provider) {
        if (provider == SrtpProvider.SUN_JCE) {
            return new NativeProbe("", null);
        }
        if (!PlatformDependent.hasUnsafe()) {
            return new NativeProbe("", "native memory needs --sun-misc-unsafe-memory-access=allow");
        }
        if (!isX86() && provider == SrtpProvider.IPSEC_MB) {
            return new NativeProbe("", "not for this CPU");
        }
        return provider == SrtpProvider.IPSEC_MB ? NativeProbe.ipsecMb() : NativeProbe.libCrypto();
    }

    /** A library does not change while we run: warm-up and clients of ours need no second test. */
    private static @Nullable String selfTest(SrtpProvider provider) {
        return TESTED.computeIfAbsent(
                        provider, each -> Optional.ofNullable(ProviderSelfTest.run(each)))
                .orElse(null);
    }

    private static boolean isX86() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") || arch.equals("x86_64");
    }

    private static String describe(
            SrtpProvider chosen, List<String> usable, Map<SrtpProvider, String> problems) {
        StringBuilder line = new StringBuilder();
        for (String each : usable) {
            if (each.startsWith(chosen.setting())) {
                line.insert(0, each + " (self-test ok)");
            } else {
                line.append(", also available: ").append(each);
            }
        }
        for (Map.Entry<SrtpProvider, String> each : problems.entrySet()) {
            line.append("; ").append(each.getKey().setting()).append(": ").append(each.getValue());
        }
        if (problems.containsKey(SrtpProvider.IPSEC_MB) && isX86()) {
            line.append(" (Debian package libipsec-mb1 makes AES-GCM about 4 times cheaper)");
        }
        return line.toString();
    }
}
