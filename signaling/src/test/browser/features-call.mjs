// What LiveKit's client SDK offers, feature by feature, with its server SDK as the moderator.
// Arguments: server URL, API key, API secret, and "v1" for one peer connection.
import { AccessToken, RoomServiceClient, TrackSource } from 'livekit-server-sdk';
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';

const [url, key, secret, version] = process.argv.slice(2);
const name = `features-${version}`;
const single = version === 'v1';
const moderator = new RoomServiceClient(url, key, secret);
const token = async (identity, ttl = '10m', grants = {}) => {
  const made = new AccessToken(key, secret, { identity, ttl });
  made.addGrant({ roomJoin: true, room: name, canUpdateOwnMetadata: true, ...grants });
  return made.toJwt();
};
const pages = await servePages();
const browser = await launchChromium();
const results = {};
const feature = async (title, check) => {
  try {
    await check();
    results[title] = 'ok';
  } catch (error) {
    results[title] = String(error.message ?? error);
  }
};
const join = async (identity, options = {}) => joinLiveKit(browser, pages, url, await token(identity), { single, ...options });

try {
  const ada = await join('ada', { dynacast: true });
  const bob = await join('bob', { publish: false });
  const at = (member, f, ...values) => member.page.evaluate(f, ...values);
  const video = async () => (await bob.stats()).inbound.filter((line) => line.kind === 'video' && line.decoded > 0).at(-1);
  const adas = (f, ...values) => at(bob, (code, rest) => {
    const ada = window.room.remoteParticipants.get('ada');
    return new Function('ada', 'rest', `return (${code})(ada, ...rest)`)(ada, rest);
  }, f.toString(), values);
  const camera = (member) => member.getTrackPublication('camera');
  await until('video', 10_000, video);

  await feature('screen share is a second track', async () => {
    await at(ada, async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      const pen = canvas.getContext('2d');
      window.drawing = setInterval(() => { pen.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; pen.fillRect(0, 0, 640, 480); }, 50);
      const [track] = canvas.captureStream(20).getVideoTracks();
      await window.room.localParticipant.publishTrack(track, { source: 'screen_share', simulcast: false });
    });
    await until('both videos', 10_000, async () =>
      (await bob.stats()).inbound.filter((line) => line.kind === 'video' && line.decoded > 5).length === 2);
    const sources = await adas((ada) => [...ada.videoTrackPublications.values()].map((each) => each.source).sort());
    if (sources.join() !== 'camera,screen_share') throw new Error(sources.join());
    await at(ada, async () => {
      clearInterval(window.drawing);
      const local = window.room.localParticipant;
      await local.unpublishTrack(local.getTrackPublication('screen_share').track);
    });
    await until('one video again', 5000, () => adas((ada) => ada.videoTrackPublications.size === 1));
  });

  await feature('mute is seen both ways', async () => {
    for (const enabled of [false, true]) {
      await at(ada, (on) => window.room.localParticipant.setMicrophoneEnabled(on), enabled);
      await until(`microphone ${enabled}`, 5000, async () => (await adas((ada) => ada.isMicrophoneEnabled)) === enabled);
    }
    await at(bob, () => window.room.localParticipant.setMicrophoneEnabled(true));
    await until('bob is heard', 5000, () => at(ada, () => window.room.remoteParticipants.get('bob').isMicrophoneEnabled));
    await at(bob, () => window.room.localParticipant.setMicrophoneEnabled(false));
    await until('bob is muted', 5000, () => at(ada, () => !window.room.remoteParticipants.get('bob').isMicrophoneEnabled));
  });

  await feature('unsubscribed tracks stop and come back', async () => {
    await adas((ada) => { ada.getTrackPublication('camera').setSubscribed(false); });
    await until('it stops', 5000, () => adas((ada) => !ada.getTrackPublication('camera').isSubscribed));
    await adas((ada) => { ada.getTrackPublication('camera').setSubscribed(true); });
    await until('it is there', 5000, () => adas((ada) => ada.getTrackPublication('camera').isSubscribed));
    const before = (await bob.stats()).inbound.filter((line) => line.kind === 'video').reduce((sum, line) => sum + (line.decoded ?? 0), 0);
    await until('it moves', 5000, async () =>
      (await bob.stats()).inbound.filter((line) => line.kind === 'video').reduce((sum, line) => sum + (line.decoded ?? 0), 0) > before + 10);
  });

  const heights = async (height, patience = 15_000) => until(`height ${height}`, patience, async () =>
    (await bob.stats()).inbound.some((line) => line.kind === 'video' && line.height === height && line.fps > 0));
  await feature('quality changes the resolution, dynacast the layers', async () => {
    await adas((ada) => { ada.getTrackPublication('camera').setVideoQuality(0); });
    await heights(180);
    const sent = async () => (await ada.stats()).outbound.find((line) => line.rid === 'f')?.packets;
    await until('the top layer stops', 10_000, async () => {
      const before = await sent();
      await sleep(700);
      return before === await sent();
    });
    await adas((ada) => { ada.getTrackPublication('camera').setVideoQuality(2); });
    await heights(720, 20_000);
  });

  await feature('adaptive stream follows the size on the page', async () => {
    const eve = await join('eve', { publish: false, adaptive: true });
    const sized = async (width, height) => {
      await at(eve, (w) => {
        const element = document.querySelector('video[data-identity="ada"]');
        if (element) element.style.cssText = `width:${w}px;height:${w * 9 / 16}px`;
      }, width);
      await until(`height ${height}`, 20_000, async () =>
        (await eve.stats()).inbound.some((line) => line.kind === 'video' && line.height === height && line.fps > 0));
    };
    await until('eve sees ada', 10_000, () => at(eve, () => !!document.querySelector('video[data-identity="ada"]')));
    await sized(160, 180);
    await sized(1280, 720);
    await at(eve, () => { document.querySelector('video[data-identity="ada"]').style.display = 'none'; });
    await until('hidden, it stops', 10_000, async () => {
      const count = async () => (await eve.stats()).inbound.find((line) => line.kind === 'video').packets;
      const before = await count();
      await sleep(1000);
      return await count() === before;
    });
    await at(eve, () => window.room.disconnect());
    await eve.page.close();
  });

  await feature('active speakers are named', async () => {
    await at(ada, async () => { // the fake microphone beeps too shortly to be a speaker
      const context = new AudioContext();
      const tone = context.createOscillator();
      const out = context.createMediaStreamDestination();
      tone.connect(out);
      tone.start();
      await window.room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], { source: 'screen_share_audio' });
    });
    await until('ada speaks', 10_000, async () => (await bob.stats()).speakers.includes('ada'));
    await at(ada, async () => {
      const local = window.room.localParticipant;
      await local.unpublishTrack(local.getTrackPublication('screen_share_audio').track);
    });
    await until('ada is silent', 5000, async () => !(await bob.stats()).speakers.includes('ada'));
  });

  await feature('metadata, attributes and names reach others', async () => {
    await at(ada, async () => {
      await window.room.localParticipant.setMetadata('{"seat":7}');
      await window.room.localParticipant.setAttributes({ hand: 'up' });
      await window.room.localParticipant.setName('Ada L.');
    });
    await until('bob knows', 5000, () => adas((ada) => ada.metadata === '{"seat":7}' && ada.attributes.hand === 'up' && ada.name === 'Ada L.'));
  });

  await feature('the server mutes', async () => {
    const sid = await at(ada, () => window.room.localParticipant.getTrackPublication('microphone').trackSid);
    await moderator.mutePublishedTrack(name, 'ada', sid, true);
    await until('ada knows', 5000, () => at(ada, () => window.room.localParticipant.getTrackPublication('microphone').isMuted));
    await until('bob knows', 5000, () => adas((ada) => !ada.isMicrophoneEnabled));
  });

  await feature('rights change in the call', async () => {
    await moderator.updateParticipant(name, 'ada', undefined, { canPublish: true, canSubscribe: true, canPublishData: true, canPublishSources: [TrackSource.CAMERA] });
    await until('ada knows', 5000, () => at(ada, () => window.room.localParticipant.permissions.canPublishSources.length === 1));
    await until('her microphone is gone', 5000, () => adas((ada) => ada.audioTrackPublications.size === 0));
    await moderator.updateParticipant(name, 'ada', undefined, { canPublish: true, canSubscribe: true, canPublishData: true });
    await until('ada may again', 5000, () => at(ada, () => window.room.localParticipant.permissions.canPublishSources.length === 0));
  });

  await feature('data reaches those whom it is meant for', async () => {
    const carl = await join('carl', { publish: false });
    for (const member of [ada, bob, carl]) {
      await at(member, () => {
        window.heard = [];
        window.room.on('dataReceived', (bytes, from, kind, topic) => {
          window.heard.push(`${from?.identity ?? 'server'} ${kind} ${topic ?? ''} ${new TextDecoder().decode(bytes)}`);
        });
      });
    }
    const publish = (member, text, options) => at(member, (t, o) =>
      window.room.localParticipant.publishData(new TextEncoder().encode(t), o), text, options);
    const hears = (member, line) => until(line, 5000, () => at(member, (wanted) => window.heard.includes(wanted), line))
      .catch(async (error) => { throw new Error(`${error.message}, heard ${await at(member, () => window.heard)}`); });
    await sleep(1000); // carl's channels
    await publish(ada, 'to all', { reliable: true, topic: 'chat' });
    await hears(bob, 'ada 0 chat to all');
    await hears(carl, 'ada 0 chat to all');
    await publish(bob, 'quickly', { reliable: false });
    await hears(ada, 'bob 1  quickly');
    await publish(carl, 'for ada', { reliable: true, destinationIdentities: ['ada'] });
    await hears(ada, 'carl 0  for ada');
    await moderator.sendData(name, new TextEncoder().encode('from outside'), 0, { topic: 'news' });
    await hears(carl, 'server 0 news from outside');
    if ((await at(bob, () => window.heard)).some((line) => line.includes('for ada'))) throw new Error('bob heard what was for ada');
    if ((await at(ada, () => window.heard)).some((line) => line.startsWith('ada'))) throw new Error('ada heard herself');
    // who may not, does not; who is hidden sends without a name
    await moderator.updateParticipant(name, 'carl', { permission: { canSubscribe: true, canPublishData: false } });
    await until('carl knows', 5000, () => at(carl, () => window.room.localParticipant.permissions.canPublishData === false));
    await publish(carl, 'against the rules', { reliable: true }).catch(() => {});
    const ghost = await joinLiveKit(browser, pages, url, await token('ghost', '10m', { hidden: true }), { single, publish: false });
    await publish(ghost, 'boo', { reliable: true });
    await hears(bob, 'server 0  boo');
    if ((await at(bob, () => window.heard)).some((line) => line.includes('against the rules'))) throw new Error('bob heard what carl may not say');
    await at(ghost, () => window.room.disconnect());
    await ghost.page.close();
    await at(carl, () => window.room.disconnect());
    await carl.page.close();
  });

  await feature('text streams and calls of methods pass', async () => {
    await at(bob, () => {
      window.room.registerTextStreamHandler('essay', async (reader, { identity }) => {
        window.essay = { from: identity, length: (await reader.readAll()).length };
      });
      window.room.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${payload}, ${callerIdentity}`);
    });
    await at(ada, () => window.room.localParticipant.sendText('word '.repeat(100_000), { topic: 'essay' }));
    const essay = await until('the essay', 15_000, () => at(bob, () => window.essay));
    if (essay.length !== 500_000 || essay.from !== 'ada') throw new Error(JSON.stringify(essay));
    const answer = await at(ada, () => window.room.localParticipant.performRpc({ destinationIdentity: 'bob', method: 'greet', payload: 'hello' }));
    if (answer !== 'hello, ada') throw new Error(answer);
  });

  await feature('a stream goes on while signaling comes back and ICE restarts', async () => {
    await at(bob, () => { delete window.essay; });
    await at(ada, () => { window.events = []; window.sending = window.room.localParticipant.sendText('word '.repeat(300_000), { topic: 'essay' }); });
    await sleep(300);
    await at(ada, () => window.room.simulateScenario('signal-reconnect'));
    await until('ada is back', 15_000, async () => (await at(ada, () => window.events)).some((event) => event.name === 'Reconnected'));
    await at(ada, () => window.sending.then(() => true));
    const essay = await until('all of it', 20_000, () => at(bob, () => window.essay));
    if (essay.length !== 1_500_000 || essay.from !== 'ada') throw new Error(JSON.stringify(essay));
  });

  await feature('one identity is one participant', async () => {
    const first = await join('twin', { publish: false });
    await until('the twin is there', 5000, () => at(bob, () => window.room.remoteParticipants.has('twin')));
    const second = await join('twin', { publish: false });
    await until('the first is told why', 5000, async () =>
      (await at(first, () => window.events)).some((event) => event.name === 'Disconnected' && event.reason === 2));
    await until('bob sees the second', 5000, () => at(bob, (sid) => window.room.remoteParticipants.get('twin')?.sid === sid, second.sid));
    await first.page.close();

    await at(bob, () => {
      window.left = undefined;
      window.room.on('participantDisconnected', (who) => { if (who.identity === 'twin') window.left = Date.now(); });
    });
    const began = await at(second, () => { const now = Date.now(); window.room.disconnect(); return now; });
    const left = await until('bob sees that the twin left', 3000, () => at(bob, () => window.left));
    results['leave was seen after milliseconds'] = left - began;
    await second.page.close();
  });

  await feature('a removed participant is told', async () => {
    const guest = await join('guest', { publish: false });
    await moderator.removeParticipant(name, 'guest');
    await until('the guest is told why', 5000, async () =>
      (await at(guest, () => window.events)).some((event) => event.name === 'Disconnected' && event.reason === 4));
    await guest.page.close();
  });

  await feature('ICE restarts while signaling comes back', async () => {
    const before = await at(ada, () => window.room.localParticipant.sid);
    const credentials = () => at(ada, () => {
      const connection = window.room.engine.pcManager.publisher;
      return (connection.getPc?.() ?? connection.pc).remoteDescription.sdp.match(/a=ice-ufrag:(\S+)/)[1];
    });
    const old = await credentials();
    await at(ada, () => window.room.simulateScenario('signal-reconnect'));
    await until('ada is back', 15_000, async () => (await at(ada, () => window.events)).some((event) => event.name === 'Reconnected'));
    if (before !== await at(ada, () => window.room.localParticipant.sid)) throw new Error('another participant');
    await until('new credentials', 5000, async () => (await credentials()) !== old);
    const count = (await video()).decoded;
    await until('video goes on', 5000, async () => (await video()).decoded > count + 20);
  });

  await feature('a full reconnect brings everything back', async () => {
    const before = await at(ada, () => window.room.localParticipant.sid);
    await at(ada, () => { window.events = []; return window.room.simulateScenario('full-reconnect'); });
    await until('ada is back', 15_000, async () => (await at(ada, () => window.events)).some((event) => event.name === 'Reconnected'));
    if (before === await at(ada, () => window.room.localParticipant.sid)) throw new Error('the same participant');
    await until('bob sees her again', 10_000, () => adas((ada) => ada && ada.getTrackPublication('camera')?.isSubscribed));
    await until('her video moves', 10_000, async () => {
      const count = async () => (await bob.stats()).inbound.filter((line) => line.kind === 'video').reduce((sum, line) => sum + (line.decoded ?? 0), 0);
      const now = await count();
      await sleep(500);
      return await count() > now + 3;
    });
  });

  await feature('tokens are refreshed, old and forged ones refused', async () => {
    const first = await token('short', '1s');
    const short = await joinLiveKit(browser, pages, url, first, { single, publish: false });
    const newer = await until('a new token', 5000, async () => {
      const now = await at(short, () => window.room.engine.token);
      return now !== first && now;
    });
    const claims = JSON.parse(Buffer.from(newer.split('.')[1], 'base64url').toString());
    if (claims.exp * 1000 < Date.now() + 300_000 || claims.sub !== 'short') throw new Error(JSON.stringify(claims));
    const status = async (of) => (await fetch(`${url}/rtc/validate?access_token=${of}`)).status;
    const old = await token('old', -120);
    const forged = first.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace(/\.[^.]+$/, (end) => `.${[...end.slice(1)].reverse().join('')}`);
    const statuses = [await status(newer), await status(old), await status(forged), await status('')];
    if (statuses.join() !== '200,401,401,401') throw new Error(statuses.join());
    await short.page.close();
  });
  report(results);
} finally {
  await browser.close();
  pages.close();
}
