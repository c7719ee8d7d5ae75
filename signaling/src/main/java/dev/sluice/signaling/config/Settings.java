package dev.sluice.signaling.config;

/** The configuration in force: some of it may change while the server runs. Any thread. */
public final class Settings {
    private volatile ServerConfig current;

    public Settings(ServerConfig current) {
        this.current = current;
    }

    public ServerConfig current() {
        return current;
    }

    /** Takes another configuration; what cannot change in a running server is the same in it. */
    public void replace(ServerConfig changed) {
        current = changed;
    }
}
