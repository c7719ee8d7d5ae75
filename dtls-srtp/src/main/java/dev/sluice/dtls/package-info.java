/**
 * DTLS 1.2 for WebRTC (RFC 6347, RFC 5764) over BouncyCastle, which is imported nowhere else.
 *
 * <p>Confined to the worker's event loop, but for {@link dev.sluice.dtls.DtlsHandshake}, whose
 * blocking part runs on one virtual thread each.
 */
@NullMarked
package dev.sluice.dtls;

import org.jspecify.annotations.NullMarked;
