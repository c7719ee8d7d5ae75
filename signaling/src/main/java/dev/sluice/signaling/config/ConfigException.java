package dev.sluice.signaling.config;

/** A wrong option or configuration value; the message is one line that says what was expected. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
