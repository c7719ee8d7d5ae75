package dev.sluice.ice.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;
import org.ice4j.message.Response;
import org.ice4j.security.CredentialsAuthority;
import org.ice4j.stack.RawMessage;
import org.ice4j.stack.StunStack;
import org.jspecify.annotations.Nullable;

/**
 * Decodes, authenticates and answers Binding requests with ice4j's codec. Its {@link StunStack}
 * serves as a handle for credentials only: it opens no socket and starts no thread. One codec per
 * worker.
 */
public final class StunCodec {
    /** RFC 8445 §7.3.1.1. */
    private static final char ROLE_CONFLICT = 487;

    /** RFC 5389 §15.6. */
    private static final char UNKNOWN_ATTRIBUTE = 420;

    static {
        // read when the first ice4j class loads
        System.setProperty("ice4j.software", "");
        System.setProperty("ice4j.redact-remote-addresses", "true");
        System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
    }

    /** Answers every question for a key with that of the session in hand. */
    private static final class CurrentPassword implements CredentialsAuthority {
        private byte[] password = new byte[0];

        @Override
        public boolean checkLocalUserName(String username) {
            return true;
        }

        @Override
        public byte[] getLocalKey(String username) {
            return password;
        }

        @Override
        public byte[] getRemoteKey(String username, String media) {
            return password;
        }
    }

    private final StunStack stack = new StunStack();
    private final CurrentPassword credentials = new CurrentPassword();

    /** Makes a codec; the first one of a process takes most of a second. */
    public StunCodec() {
        stack.getCredentialsManager().registerAuthority(credentials);
    }

    /**
     * Decodes a request and checks its integrity and fingerprint.
     *
     * @param datagram the whole message; {@link StunPeek} accepted it
     * @param password our password, ASCII
     * @return the request, null when it does not authenticate
     */
    public @Nullable StunRequest authenticate(
            byte[] datagram, InetSocketAddress from, String username, byte[] password) {
        credentials.password = password;
        try {
            Message message = Message.decode(datagram, (char) 0, (char) datagram.length);
            TransportAddress source = new TransportAddress(from, Transport.UDP);
            if (message instanceof Request request
                    && message.getAttribute(Attribute.MESSAGE_INTEGRITY)
                            instanceof MessageIntegrityAttribute integrity
                    && stack.validateMessageIntegrity(
                            integrity,
                            username,
                            true,
                            RawMessage.build(datagram, datagram.length, source, source))) {
                return new StunRequest(request, source, username, password);
            }
            return null;
        } catch (StunException | RuntimeException e) {
            return null; // ice4j throws for what it cannot read: the caller counts it
        }
    }

    /**
     * Answers a request of our own, so that ice4j and its configuration are loaded before the first
     * client comes.
     */
    public void warmUp() {
        try {
            byte[] password = "warm-up-password-warm-up".getBytes(StandardCharsets.US_ASCII);
            credentials.password = password;
            Request request = MessageFactory.createBindingRequest();
            request.setTransactionID(new byte[12]);
            request.putAttribute(AttributeFactory.createMessageIntegrityAttribute("a:b"));
            InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9);
            StunRequest decoded = authenticate(request.encode(stack), from, "a:b", password);
            if (decoded != null) {
                success(decoded);
            }
        } catch (StunException e) {
            throw new IllegalStateException("ice4j refused a request of ours", e);
        }
    }

    /**
     * @return a success response: mapped address, integrity, fingerprint last
     */
    public byte[] success(StunRequest request) {
        return sign(
                MessageFactory.createBindingResponse(request.request(), request.source()), request);
    }

    /**
     * @return error 487: the sender claims our role
     */
    public byte[] roleConflict(StunRequest request) {
        return error(request, ROLE_CONFLICT, "Role Conflict", null);
    }

    /**
     * @return error 420 naming an attribute we do not know
     */
    public byte[] unknownAttribute(StunRequest request, int attribute) {
        return error(
                request, UNKNOWN_ATTRIBUTE, "Unknown Attribute", new char[] {(char) attribute});
    }

    private byte[] error(StunRequest request, char code, String reason, char @Nullable [] unknown) {
        Response response =
                unknown == null
                        ? MessageFactory.createBindingErrorResponse(code, reason)
                        : MessageFactory.createBindingErrorResponse(code, reason, unknown);
        return sign(response, request);
    }

    private byte[] sign(Response response, StunRequest request) {
        credentials.password = request.password();
        try {
            response.setTransactionID(request.request().getTransactionID());
        } catch (StunException e) {
            throw new IllegalStateException("ice4j refused a transaction id", e);
        }
        response.putAttribute(AttributeFactory.createMessageIntegrityAttribute(request.username()));
        response.putAttribute(AttributeFactory.createFingerprintAttribute());
        return response.encode(stack);
    }
}
