package dev.sluice.core.transport.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** {@code sendmmsg} of 64-bit Linux. */
@SuppressWarnings("restricted") // which is the point of this package
public final class DatagramCalls {
    // errno, the same on x86-64 and aarch64
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int EINVAL = 22;
    public static final int EMSGSIZE = 90;
    public static final int ENOBUFS = 105;

    private static final int MSG_DONTWAIT = 0x40;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

    /** May wait for a lock in the kernel, so it is no critical call. */
    private static final MethodHandle SENDMMSG =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("sendmmsg"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
                    Linker.Option.captureCallState("errno"));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);

    /**
     * @return whether this system has the calls and the program may make them
     */
    public static boolean areAvailable() {
        try {
            return System.getProperty("os.name", "").equals("Linux")
                    && JAVA_LONG.byteSize() == 8
                    && new DatagramCalls().isOpen();
        } catch (LinkageError | RuntimeException e) {
            return false; // no such call, or native access is refused
        }
    }

    private boolean isOpen() {
        close();
        return true;
    }

    /**
     * Sends messages of a batch, beginning with {@code from}.
     *
     * @return messages sent, at least 1; or a negative errno when not even the first was
     */
    public int send(int fd, MessageBatch batch, int from) {
        try {
            int sent =
                    (int)
                            SENDMMSG.invokeExact(
                                    state,
                                    fd,
                                    batch.memory(from),
                                    batch.size() - from,
                                    MSG_DONTWAIT);
            return sent > 0 ? sent : -(int) ERRNO.get(state, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("sendmmsg failed", e);
        }
    }

    public void close() {
        arena.close();
    }
}
