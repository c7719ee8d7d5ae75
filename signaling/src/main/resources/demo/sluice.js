// A small client for Sluice's signaling: JSON text frames over one WebSocket, two peer
// connections. No library and no build step; meant to be read. See docs/protocol.md.

const RIDS = [
  { rid: 'q', quality: 'LOW', scale: 4, bitrate: 150_000 },
  { rid: 'h', quality: 'MEDIUM', scale: 2, bitrate: 500_000 },
  { rid: 'f', quality: 'HIGH', scale: 1, bitrate: 1_700_000 },
];

/** How long to wait before each attempt to come back, in ms. */
const RETRIES = [0, 300, 1000, 2000, 4000, 7000, 7000, 7000, 7000];

/**
 * One participant in one room. Events (by `on`): joined, participant(info), left(info),
 * track({track, participant, info}), speakers(Map of sid to level), quality(Map of sid to level),
 * reconnecting(), reconnected(), closed(reason).
 */
export class Call {
  constructor() {
    this.participants = new Map(); // sid → ParticipantInfo
    this.local = new Map(); // cid → {track, sid, transceiver, source}
    this.speakers = new Map();
    this.quality = new Map();
    this.handlers = new Map();
    this.offerId = 0;
    this.trackOfMid = {};
  }

  on(event, handler) {
    this.handlers.set(event, handler);
    return this;
  }

  emit(event, ...values) {
    this.handlers.get(event)?.(...values);
  }

  /** Opens the WebSocket; resolves once the server let us in. */
  join(url, token) {
    this.publisher = new RTCPeerConnection();
    this.subscriber = new RTCPeerConnection();
    this.subscriber.ontrack = (event) => this.onTrack(event);
    this.url = url.replace(/^http/, 'ws');
    this.token = token;
    // a page that goes says so: else its participant stays until the server gives up
    window.addEventListener('pagehide', () => this.leave());
    return new Promise((resolve, reject) => {
      this.joined = resolve;
      this.open({}, () => reject(new Error('the server refused the connection')));
    });
  }

  open(more, refused) {
    const query = new URLSearchParams({
      access_token: this.token, protocol: '16', sdk: 'js', auto_subscribe: '1', encoding: 'json', ...more,
    });
    const socket = new WebSocket(`${this.url}/rtc?${query}`);
    this.socket = socket;
    socket.onmessage = (event) => this.queue(JSON.parse(event.data));
    socket.onerror = () => refused?.();
    socket.onclose = () => { if (socket === this.socket && this.me) this.resume(); };
  }

  /** The WebSocket broke: media goes on meanwhile, and the server keeps our place for a while. */
  resume() {
    if (this.closed) return;
    this.attempts = (this.attempts ?? 0) + 1;
    if (this.attempts === 1) this.emit('reconnecting');
    if (this.attempts > RETRIES.length) {
      this.close('the server cannot be reached');
      return;
    }
    setTimeout(
      () => { if (!this.closed) this.open({ reconnect: '1', sid: this.me.sid }); },
      RETRIES[this.attempts - 1],
    );
  }

  async onReconnect() {
    this.attempts = 0;
    this.negotiating = false; // an answer may have been lost
    this.send({
      syncState: {
        publishTracks: [...this.local.values()].filter((entry) => entry.sid)
          .map((entry) => ({ cid: entry.track.id, track: { sid: entry.sid } })),
      },
    });
    this.emit('reconnected');
    if (this.publisher.localDescription) {
      this.publisher.restartIce();
      await this.rollBack();
      this.negotiate().catch((error) => console.error('sluice', error));
    }
  }

  /** An offer without an answer is made anew. */
  async rollBack() {
    if (this.publisher.signalingState === 'have-local-offer') {
      await this.publisher.setLocalDescription({ type: 'rollback' });
    }
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Messages are handled one after the other: an answer must not overtake its offer. */
  queue(message) {
    this.pending = (this.pending ?? Promise.resolve())
      .then(() => this.onMessage(message))
      .catch((error) => console.error('sluice', Object.keys(message)[0], error));
  }

  async onMessage(message) {
    if (message.join) this.onJoin(message.join);
    else if (message.reconnect) await this.onReconnect();
    else if (message.update) message.update.participants.forEach((info) => this.onParticipant(info));
    else if (message.offer) await this.onOffer(message.offer);
    else if (message.answer) await this.onAnswer(message.answer);
    else if (message.trackPublished) this.onPublished(message.trackPublished);
    else if (message.speakersChanged) this.onSpeakers(message.speakersChanged.speakers ?? []);
    else if (message.connectionQuality) this.onQuality(message.connectionQuality.updates ?? []);
    else if (message.refreshToken) this.token = message.refreshToken;
    else if (message.leave) this.close(message.leave.reason ?? 'left');
    else if (message.requestResponse) console.warn('sluice refused:', message.requestResponse.message);
  }

  onJoin(join) {
    this.me = join.participant;
    this.room = join.room;
    (join.otherParticipants ?? []).forEach((info) => this.onParticipant(info));
    this.pinger = setInterval(
      () => this.send({ pingReq: { timestamp: String(Date.now()), rtt: '0' } }),
      (join.pingInterval || 5) * 1000,
    );
    this.emit('joined');
    this.joined();
  }

  onParticipant(info) {
    if (info.sid === this.me.sid) {
      this.me = info;
      return;
    }
    if (info.state === 'DISCONNECTED') {
      this.participants.delete(info.sid);
      this.emit('left', info);
    } else {
      this.participants.set(info.sid, info);
      this.emit('participant', info);
    }
  }

  // --- receiving: the server offers, we answer

  async onOffer(offer) {
    this.trackOfMid = offer.midToTrackId ?? {};
    await this.subscriber.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    await this.subscriber.setLocalDescription();
    this.send({
      answer: { type: 'answer', sdp: this.subscriber.localDescription.sdp, id: offer.id },
    });
  }

  onTrack({ track, transceiver }) {
    const sid = this.trackOfMid[transceiver.mid];
    if (!sid) return; // the idle section of an empty room
    const participant = [...this.participants.values()].find((each) =>
      (each.tracks ?? []).some((info) => info.sid === sid));
    const info = participant?.tracks.find((each) => each.sid === sid);
    if (info) this.emit('track', { track, participant, info, receiver: transceiver.receiver });
  }

  /**
   * Says how large a video is shown; the server picks the layer. Priority 1 is the most important,
   * 0 the usual; a quality (LOW, MEDIUM, HIGH) instead of 'auto' decides whatever the size.
   */
  setSize(sid, width, height, { visible = true, priority = 0, quality = 'auto' } = {}) {
    const auto = quality === 'auto';
    this.send({
      trackSetting: {
        trackSids: [sid],
        disabled: !visible,
        width: auto ? Math.round(width) : 0,
        height: auto ? Math.round(height) : 0,
        quality: auto ? 'HIGH' : quality,
        priority,
      },
    });
  }

  // --- sending: we offer, the server answers

  /** Publishes a MediaStreamTrack; source is CAMERA, MICROPHONE, SCREEN_SHARE or SCREEN_SHARE_AUDIO. */
  async publish(track, source, layers = 3) {
    const video = track.kind === 'video';
    const size = track.getSettings();
    const used = video && source === 'CAMERA' && layers > 1 ? RIDS.slice(-layers) : [];
    const entry = { track, source, layers: used };
    this.local.set(track.id, entry);
    entry.announced = new Promise((resolve) => { entry.resolve = resolve; });
    this.send({
      addTrack: {
        cid: track.id,
        name: source.toLowerCase(),
        type: video ? 'VIDEO' : 'AUDIO',
        source,
        width: size.width ?? 0,
        height: size.height ?? 0,
        layers: used.map(({ rid, quality, scale, bitrate }) => ({
          quality,
          rid,
          bitrate,
          width: Math.round((size.width ?? 0) / scale),
          height: Math.round((size.height ?? 0) / scale),
        })),
      },
    });
    await entry.announced;
    entry.transceiver = this.publisher.addTransceiver(track, {
      direction: 'sendonly',
      streams: [new MediaStream([track])],
      sendEncodings: used.length
        ? used.map(({ rid, scale, bitrate }) => ({
          rid, scaleResolutionDownBy: scale, maxBitrate: bitrate,
        }))
        : undefined,
    });
    await this.negotiate();
    return entry;
  }

  async unpublish(cid) {
    const entry = this.local.get(cid);
    if (!entry) return;
    this.local.delete(cid);
    entry.track.stop();
    entry.transceiver.stop();
    await this.negotiate();
  }

  mute(cid, muted) {
    const entry = this.local.get(cid);
    if (entry) {
      entry.track.enabled = !muted;
      this.send({ mute: { sid: entry.sid, muted } });
    }
  }

  onPublished({ cid, track }) {
    const entry = this.local.get(cid);
    if (entry) {
      entry.sid = track.sid;
      entry.resolve();
    }
  }

  /** One offer at a time; a change meanwhile makes another one. */
  async negotiate() {
    this.wanted = true;
    while (this.wanted && !this.negotiating) {
      this.wanted = false;
      this.negotiating = true;
      await this.publisher.setLocalDescription();
      const answered = new Promise((resolve) => { this.answered = resolve; });
      this.send({
        offer: {
          type: 'offer', sdp: this.publisher.localDescription.sdp, id: ++this.offerId,
        },
      });
      await answered;
      this.negotiating = false;
    }
  }

  async onAnswer(answer) {
    if (answer.id !== undefined && answer.id !== this.offerId) return;
    await this.publisher.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    this.answered?.();
  }

  /**
   * Opens a data channel to everybody in the room; what others send on theirs of the same label comes
   * here. Options are those of RTCPeerConnection.createDataChannel.
   */
  channel(label, options = {}) {
    const channel = this.publisher.createDataChannel(label, options);
    channel.binaryType = 'arraybuffer';
    return channel;
  }

  onSpeakers(changed) {
    for (const { sid, level, active } of changed) {
      if (active) this.speakers.set(sid, level ?? 0);
      else this.speakers.delete(sid);
    }
    this.emit('speakers', this.speakers);
  }

  onQuality(updates) {
    for (const { participantSid, quality } of updates) this.quality.set(participantSid, quality ?? 'POOR');
    this.emit('quality', this.quality);
  }

  leave() {
    this.send({ leave: { reason: 'CLIENT_INITIATED' } });
    this.close('left');
  }

  close(reason) {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.pinger);
    this.local.forEach(({ track }) => track.stop());
    this.publisher.close();
    this.subscriber.close();
    this.socket.close();
    this.emit('closed', reason);
  }
}
