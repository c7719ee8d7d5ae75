package dev.sluice.signaling;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Reads every log line from debug upwards, whatever is printed, and looks for what must not be
 * there.
 */
final class LogWatch extends AppenderBase<ILoggingEvent> {
    /**
     * A token, parts of a description that are secret, a key, passwords of our test clients, and
     * what looks like a password that the server made for ICE.
     */
    private static final Pattern SECRET =
            Pattern.compile(
                    "eyJ[\\w-]{8,}\\.[\\w-]+|access_token|ice-pwd|ice-ufrag|a=fingerprint|PRIVATE KEY"
                            + "|load-password|scripted-password|(?<![\\w/+.-])[A-Za-z0-9+/]{32}(?![\\w/+.-])");

    private static final List<String> SECRETS = new CopyOnWriteArrayList<>();
    private static final List<String> ERRORS = new CopyOnWriteArrayList<>();
    private static final String NAME = "watch";

    private LogWatch() {}

    /** Forgets what was found, and looks from now on. */
    static void begin() {
        SECRETS.clear();
        ERRORS.clear();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(NAME) == null) {
            root.iteratorForAppenders()
                    .forEachRemaining(printing -> {
                        ThresholdFilter filter = new ThresholdFilter();
                        filter.setLevel("INFO");
                        filter.start();
                        printing.addFilter(filter);
                    });
            LogWatch watch = new LogWatch();
            watch.setName(NAME);
            watch.setContext(context);
            watch.start();
            root.addAppender(watch);
        }
        context.getLogger("dev.sluice").setLevel(Level.DEBUG);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String text = event.getFormattedMessage();
        String trace =
                event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage();
        if (SECRET.matcher(text).find() || (trace != null && SECRET.matcher(trace).find())) {
            SECRETS.add(text + " " + trace);
        }
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) && event.getThrowableProxy() != null) {
            ERRORS.add(text + ": " + trace);
        }
    }

    static List<String> secrets() {
        return List.copyOf(SECRETS);
    }

    static List<String> errors() {
        return List.copyOf(ERRORS);
    }
}
