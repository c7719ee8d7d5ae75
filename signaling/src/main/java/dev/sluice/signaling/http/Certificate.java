package dev.sluice.signaling.http;

import dev.sluice.signaling.config.ChangedFiles;
import dev.sluice.signaling.config.ServerConfig.Tls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of HTTP and WebSocket, read from PEM files, and again when they change. A
 * connection keeps the one it began with. Any thread.
 */
public final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);

    private final File cert;
    private final File key;
    private volatile SslContext context;
    private final ChangedFiles files;

    private Certificate(Tls tls) throws SSLException {
        cert = new File(tls.cert());
        key = new File(tls.key());
        files = new ChangedFiles(cert, key);
        context = read();
    }

    /**
     * @return null without TLS
     * @throws IllegalStateException when the files cannot be used; the message says why
     */
    public static @Nullable Certificate of(Tls tls) {
        if (tls.cert().isEmpty()) {
            return null;
        }
        try {
            return new Certificate(tls);
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "tls: " + tls.cert() + " and " + tls.key() + " cannot be used: " + reason(e),
                    e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    private SslContext read() throws SSLException {
        return SslContextBuilder.forServer(cert, key).sslProvider(SslProvider.JDK).build();
    }

    SslContext context() {
        return context;
    }

    /** Reads the files again when they have changed; what cannot be used changes nothing. */
    public synchronized void review() {
        if (!files.haveChanged()) {
            return;
        }
        try {
            context = read();
            LOG.info("tls: took the new certificate");
        } catch (SSLException | IllegalArgumentException e) {
            LOG.error("tls: the new certificate cannot be used, the old one stays: {}", reason(e));
        }
    }
}
