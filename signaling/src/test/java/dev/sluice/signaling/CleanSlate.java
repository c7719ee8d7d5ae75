package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Registered for every test of this module by itself: when a test is over, no thread and no socket
 * of ours may be left, no log line may hold a secret or the trace of an error, and no buffer may
 * have been lost. {@link TestServer} looks after its own buffers and peers when it is closed.
 */
public final class CleanSlate
        implements TestInstancePreConstructCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace HERE = Namespace.create(CleanSlate.class);
    private static final String BEFORE = "before";
    private static final int SETTLE_MILLIS = 5_000;
    private static final int ROUNDS = 5;

    static {
        openWhatTheJdkKeeps();
    }

    /** It closes sockets by way of one that it keeps. */
    private static void openWhatTheJdkKeeps() {
        try {
            DatagramChannel.open().close();
            new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Held(List<String> threads, long sockets) {
        static Held now() {
            return new Held(
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("sluice-"))
                            .sorted()
                            .toList(),
                    openSockets());
        }

        /** What is here and was not there before. */
        List<String> moreThan(Held before) {
            List<String> more = new ArrayList<>(threads);
            before.threads.forEach(more::remove);
            if (sockets > before.sockets) {
                more.add((sockets - before.sockets) + " sockets");
            }
            return more;
        }
    }

    /** UDP and TCP sockets of this process; 0 where that cannot be seen. */
    private static long openSockets() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(CleanSlate::isSocket).count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Override
    public void preConstructTestInstance(
            TestInstanceFactoryContext factory, ExtensionContext context) {
        LogWatch.begin();
        context.getStore(HERE).put(BEFORE, Held.now());
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        if (!sharesInstance(context)) {
            check(context);
        }
    }

    private static boolean sharesInstance(ExtensionContext context) {
        return context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD)
                == Lifecycle.PER_CLASS;
    }

    private static void check(ExtensionContext context) throws InterruptedException {
        Held before = context.getStore(HERE).get(BEFORE, Held.class);
        boolean failed = context.getExecutionException().isPresent();
        if (before == null || failed) {
            return; // who failed may have closed nothing
        }
        List<String> left = Held.now().moreThan(before);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
        while (!left.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
            left = Held.now().moreThan(before);
        }
        assertEquals(List.of(), left, "left over");
        assertEquals(List.of(), LogWatch.secrets(), "secrets in the log");
        boolean expected =
                context.getTestMethod()
                                .map(method -> method.isAnnotationPresent(ErrorsExpected.class))
                                .orElse(false)
                        || context.getRequiredTestClass().isAnnotationPresent(ErrorsExpected.class);
        assertTrue(
                expected || LogWatch.errors().isEmpty(),
                "errors with traces in the log: " + LogWatch.errors());
    }

    /** Netty says what was lost when it makes new buffers after a collection. */
    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (sharesInstance(context)) {
            check(context);
        }
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        assertEquals(List.of(), LeakWatch.leaks(), "buffers were lost");
    }
}
