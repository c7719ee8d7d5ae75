package dev.sluice.signaling;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Netty's detector of lost buffers, which remembers what it found; the build names it to Netty. */
public final class LeakWatch<T> extends ResourceLeakDetector<T> {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    /** As Netty calls it. */
    public LeakWatch(Class<?> kind, int interval) {
        super(kind, interval);
    }

    /** The same for older callers. */
    public LeakWatch(Class<?> kind, int interval, long most) {
        super(kind, interval);
    }

    @Override
    protected void reportTracedLeak(String kind, String records) {
        LEAKS.add(kind + ": " + records);
    }

    @Override
    protected void reportUntracedLeak(String kind) {
        LEAKS.add(kind);
    }

    static List<String> leaks() {
        return List.copyOf(LEAKS);
    }
}
