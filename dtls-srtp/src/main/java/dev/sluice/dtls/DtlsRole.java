package dev.sluice.dtls;

/** Which side of the handshake Sluice takes: {@code SERVER} for {@code a=setup:passive}. */
public enum DtlsRole {
    CLIENT,
    SERVER
}
