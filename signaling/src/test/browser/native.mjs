// A participant on LiveKit's Rust core: publishes a moving picture and a tone, counts what it gets.
import {
  AudioFrame, AudioSource, AudioStream, LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, TrackKind,
  TrackPublishOptions, TrackSource, VideoBufferType, VideoFrame, VideoSource, VideoStream, dispose,
} from '@livekit/rtc-node';

const WIDTH = 640;
const HEIGHT = 360;

/** Joins; says what it hears as 'identity topic text'. */
export async function joinNative(url, token, { publish = true } = {}) {
  const room = new Room();
  const received = { video: {}, audio: {} };
  room.on(RoomEvent.TrackSubscribed, async (track, _publication, participant) => {
    const counts = track.kind === TrackKind.KIND_VIDEO ? received.video : received.audio;
    const stream = track.kind === TrackKind.KIND_VIDEO ? new VideoStream(track) : new AudioStream(track);
    for await (const _ of stream) counts[participant.identity] = (counts[participant.identity] ?? 0) + 1;
  });
  const heard = [];
  room.on(RoomEvent.DataReceived, (payload, participant, _kind, topic) => {
    heard.push(`${participant?.identity} ${topic} ${new TextDecoder().decode(payload)}`);
  });
  room.registerTextStreamHandler('essay', async (reader, { identity }) => {
    heard.push(`${identity} essay ${(await reader.readAll()).length}`);
  });
  await room.connect(url.replace(/^http/, 'ws'), token, { autoSubscribe: true, dynacast: false });

  const data = {
    heard,
    publishData: (topic, text, reliable) => room.localParticipant.publishData(new TextEncoder().encode(text), { topic, reliable }),
    sendText: (topic, text) => room.localParticipant.sendText(text, { topic }),
    call: (destinationIdentity, method, payload) => room.localParticipant.performRpc({ destinationIdentity, method, payload }),
  };
  if (!publish) {
    return {
      ...data,
      async close() {
        await room.disconnect();
        await dispose();
      },
    };
  }
  const video = new VideoSource(WIDTH, HEIGHT);
  const audio = new AudioSource(48_000, 1);
  const options = (source) => Object.assign(new TrackPublishOptions(), { source });
  await room.localParticipant.publishTrack(LocalVideoTrack.createVideoTrack('cam', video), options(TrackSource.SOURCE_CAMERA));
  await room.localParticipant.publishTrack(LocalAudioTrack.createAudioTrack('mic', audio), options(TrackSource.SOURCE_MICROPHONE));

  let running = true;
  let shade = 0;
  const pictures = setInterval(() => {
    const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(shade = (shade + 5) % 256);
    video.captureFrame(new VideoFrame(data, WIDTH, HEIGHT, VideoBufferType.I420));
  }, 40);
  const sound = (async () => {
    let phase = 0;
    while (running) {
      const samples = Int16Array.from({ length: 480 }, () => Math.sin((phase += 0.06)) * 8000);
      await audio.captureFrame(new AudioFrame(samples, 48_000, 1, 480));
    }
  })();
  return {
    ...data,
    received,
    identities: () => [...room.remoteParticipants.keys()],
    async close() {
      running = false;
      clearInterval(pictures);
      await sound;
      await room.disconnect();
      await dispose();
    },
  };
}
