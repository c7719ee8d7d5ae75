// The demo page: shows what sluice.js does. URL parameters for tests and links:
// ?room=&name=&publish=audio,video&layers=3&stats=1&join=1
import { Chat } from '/chat.js';
import { Call } from '/sluice.js';

const $ = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
const wanted = new Set((parameters.get('publish') ?? 'audio,video').split(',').filter(Boolean));
const tiles = new Map(); // participant sid → tile; screens have '<sid>/screen'
const receivers = new Map(); // track sid → {receiver, last}
let call;
let media;
let mine = {};
let showStats = parameters.get('stats') === '1';

$('room').value = parameters.get('room') ?? 'demo';
$('name').value = parameters.get('name') ?? '';
$('stats').setAttribute('aria-pressed', String(showStats));

const exactly = (id) => ($(id).value ? { deviceId: { exact: $(id).value } } : {});

async function openDevices() {
  if (wanted.size === 0) return new MediaStream();
  const constraints = {
    audio: wanted.has('audio') && exactly('microphones'),
    video: wanted.has('video') && { width: { ideal: 1280 }, height: { ideal: 720 }, ...exactly('cameras') },
  };
  return navigator.mediaDevices.getUserMedia(constraints);
}

/** Names of devices are known once they may be used. */
async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [id, kind] of [['cameras', 'videoinput'], ['microphones', 'audioinput']]) {
    const chosen = $(id).value;
    $(id).replaceChildren(...devices.filter((each) => each.kind === kind)
      .map((each, i) => new Option(each.label || `${kind} ${i + 1}`, each.deviceId)));
    if ([...$(id).options].some((each) => each.value === chosen)) $(id).value = chosen;
  }
}

function takeDevices(stream) {
  media?.getTracks().forEach((track) => track.stop());
  media = stream;
  $('preview').srcObject = stream;
  return listDevices();
}

for (const id of ['cameras', 'microphones']) {
  $(id).addEventListener('change', () => {
    openDevices().then(takeDevices, (error) => { $('error').textContent = `This device cannot be used (${error.name}).`; });
  });
}

openDevices().then(takeDevices).catch((error) => {
  media = new MediaStream();
  $('error').textContent = `Camera and microphone are not available (${error.name}); you can still watch and listen.`;
}).then(() => {
  if (parameters.get('join') === '1') join();
});

$('join').addEventListener('submit', (event) => {
  event.preventDefault();
  join();
});

async function join() {
  const room = $('room').value.trim();
  const name = $('name').value.trim() || 'guest';
  $('error').textContent = '';
  try {
    const response = await fetch('/demo/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room, name }),
    });
    if (!response.ok) throw new Error(await response.text());
    const { token } = await response.json();
    call = new Call();
    window.sluice = { call, stats: collect, state: 'joining' };
    call
      .on('participant', onParticipant)
      .on('left', (info) => [info.sid, `${info.sid}/screen`].forEach(removeTile))
      .on('track', onTrack)
      .on('speakers', onSpeakers)
      .on('quality', onQuality)
      .on('reconnecting', () => { window.sluice.state = 'reconnecting'; status('Connection lost: coming back …'); })
      .on('reconnected', () => { window.sluice.state = 'joined'; status(`Back in room ${room} as ${name}`); })
      .on('closed', onClosed);
    await call.join(location.origin, token);
    window.sluice.state = 'joined';
    $('join').hidden = true;
    $('grid').hidden = false;
    $('controls').hidden = false;
    window.sluice.chat = new Chat(call, name, react);
    status(`In room ${room} as ${name}`);
    $('mic').focus();
    await publishDevices(name);
  } catch (error) {
    $('error').textContent = error.message;
    status('Not connected');
  }
}

async function publishDevices(name) {
  const own = tile(call.me.sid, `${name} (you)`, true);
  await call.negotiate(); // data channels, whether there are devices or not
  for (const track of media?.getTracks() ?? []) {
    const video = track.kind === 'video';
    const entry = await call.publish(track, video ? 'CAMERA' : 'MICROPHONE', Number(parameters.get('layers') ?? 3));
    mine[video ? 'camera' : 'mic'] = entry;
    if (video) {
      own.video.srcObject = new MediaStream([track]);
      own.video.classList.add('mirror');
    }
  }
  own.element.classList.toggle('novideo', !mine.camera);
  for (const each of ['mic', 'camera']) {
    $(each).disabled = !mine[each];
    $(each).setAttribute('aria-pressed', String(Boolean(mine[each])));
  }
}

function onParticipant(info) {
  const shown = tile(info.sid, info.name || info.identity);
  const camera = (info.tracks ?? []).find((track) => track.source === 'CAMERA');
  const mic = (info.tracks ?? []).find((track) => track.source === 'MICROPHONE');
  shown.element.classList.toggle('novideo', !camera || Boolean(camera.muted));
  shown.label.textContent = (info.name || info.identity) + (!mic || mic.muted ? ' (muted)' : '');
  if (!(info.tracks ?? []).some((track) => track.source === 'SCREEN_SHARE')) removeTile(`${info.sid}/screen`);
}

function onTrack({ track, participant, info, receiver }) {
  const screen = info.source === 'SCREEN_SHARE';
  const name = participant.name || participant.identity;
  const shown = tile(screen ? `${participant.sid}/screen` : participant.sid, screen ? `${name}'s screen` : name);
  const target = track.kind === 'video' ? shown.video : shown.audio;
  target.srcObject = new MediaStream([track]);
  target.play().catch(() => status('Press any key to hear the others'));
  receivers.set(info.sid, { receiver, tile: shown, kind: track.kind });
  if (track.kind === 'video') {
    shown.trackSid = info.sid;
    observer.observe(shown.element);
  }
}

// the server sends the layer that fits the tile
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const shown = [...tiles.values()].find((each) => each.element === target);
    clearTimeout(shown?.sizing);
    if (shown?.trackSid) {
      shown.box = contentRect;
      shown.sizing = setTimeout(() => wish(shown), 200);
    }
  }
});

/** Tells the server how a tile is shown now. */
function wish(shown) {
  if (!shown.trackSid || !shown.box) return;
  const ratio = window.devicePixelRatio || 1;
  call.setSize(shown.trackSid, shown.box.width * ratio, shown.box.height * ratio, {
    priority: shown.element.classList.contains('pinned') ? 1 : 0,
    quality: shown.layer.value,
  });
}

/** A pinned tile is large, and comes before the others where the network does not take all. */
function pin(shown) {
  const pinned = !shown.element.classList.contains('pinned');
  for (const each of tiles.values()) {
    const now = each === shown && pinned;
    each.element.classList.toggle('pinned', now);
    each.pin.setAttribute('aria-pressed', String(now));
    wish(each);
  }
  $('grid').classList.toggle('focused', pinned);
}

function onQuality(levels) {
  for (const [sid, level] of levels) {
    const shown = tiles.get(sid);
    if (shown) {
      shown.quality.textContent = { EXCELLENT: '▂▄▆', GOOD: '▂▄', POOR: '▂', LOST: '×' }[level] ?? '';
      shown.quality.title = `Connection: ${level.toLowerCase()}`;
      shown.quality.setAttribute('aria-label', shown.quality.title);
    }
  }
}

function onSpeakers(levels) {
  for (const [sid, shown] of tiles) shown.element.classList.toggle('speaking', levels.has(sid));
}

/** Shows somebody's reaction over the tile for a moment. */
function react(sid, emoji) {
  const shown = tiles.get(sid);
  if (!shown) return;
  const element = Object.assign(document.createElement('span'), { className: 'reaction', textContent: emoji });
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', `${shown.label.textContent} reacts with ${emoji}`);
  shown.element.append(element);
  setTimeout(() => element.remove(), 2500);
}

function onClosed(reason) {
  window.sluice.state = 'closed';
  status(`Left (${reason})`);
  [...tiles.keys()].forEach(removeTile);
  receivers.clear();
  mine = {};
  $('grid').hidden = true;
  $('controls').hidden = true;
  $('panel').hidden = true;
  $('join').hidden = false;
  openDevices().then(takeDevices, () => { media = new MediaStream(); });
}

function tile(key, name, own = false) {
  let shown = tiles.get(key);
  if (!shown) {
    const element = document.createElement('div');
    element.className = own ? 'tile own' : 'tile';
    element.tabIndex = 0;
    const video = Object.assign(document.createElement('video'), { autoplay: true, playsInline: true, muted: true });
    const audio = Object.assign(document.createElement('audio'), { autoplay: true });
    const label = Object.assign(document.createElement('span'), { className: 'name' });
    const overlay = document.createElement('pre');
    overlay.hidden = true;
    const quality = Object.assign(document.createElement('span'), { className: 'quality' });
    quality.setAttribute('role', 'img');
    const pinning = Object.assign(document.createElement('button'), { type: 'button', className: 'pin', textContent: 'Pin' });
    pinning.setAttribute('aria-label', `Pin ${name}`);
    pinning.setAttribute('aria-pressed', 'false');
    const layer = Object.assign(document.createElement('select'), { className: 'layer' });
    layer.append(...[['auto', 'Auto'], ['HIGH', 'High'], ['MEDIUM', 'Medium'], ['LOW', 'Low']].map(([value, text]) => new Option(text, value)));
    layer.setAttribute('aria-label', `Quality of ${name}`);
    layer.hidden = own;
    element.append(video, audio, label, quality, layer, pinning, overlay);
    $('grid').append(element);
    shown = { element, video, audio, label, overlay, quality, layer, pin: pinning };
    pinning.onclick = () => pin(shown);
    layer.onchange = () => wish(shown);
    tiles.set(key, shown);
    label.textContent = name;
    element.setAttribute('aria-label', name);
  }
  return shown;
}

function removeTile(key) {
  const shown = tiles.get(key);
  if (shown) {
    observer.unobserve(shown.element);
    if (shown.element.classList.contains('pinned')) $('grid').classList.remove('focused');
    shown.element.remove();
    tiles.delete(key);
    receivers.forEach((each, sid) => { if (each.tile === shown) receivers.delete(sid); });
  }
}

function status(text) {
  $('status').textContent = text;
}

// --- controls

function toggle(which) {
  const entry = mine[which];
  if (!entry) return;
  const muted = entry.track.enabled;
  call.mute(entry.track.id, muted);
  $(which).setAttribute('aria-pressed', String(!muted));
  if (which === 'camera') tiles.get(call.me.sid)?.element.classList.toggle('novideo', muted);
}

$('mic').onclick = () => toggle('mic');
$('camera').onclick = () => toggle('camera');
$('leave').onclick = () => call.leave();
$('stats').onclick = () => {
  showStats = !showStats;
  $('stats').setAttribute('aria-pressed', String(showStats));
  if (!showStats) tiles.forEach(({ overlay }) => { overlay.hidden = true; });
};
$('screen').onclick = async () => {
  if (mine.screen) {
    const cid = mine.screen.track.id;
    mine.screen = undefined;
    $('screen').setAttribute('aria-pressed', 'false');
    removeTile(`${call.me.sid}/screen`);
    await call.unpublish(cid);
    return;
  }
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    const [track] = stream.getVideoTracks();
    mine.screen = await call.publish(track, 'SCREEN_SHARE');
    track.onended = () => $('screen').click();
    tile(`${call.me.sid}/screen`, 'Your screen', true).video.srcObject = stream;
    $('screen').setAttribute('aria-pressed', 'true');
  } catch (error) {
    status(`Screen share: ${error.message}`);
  }
};
document.addEventListener('keydown', (event) => {
  if (['INPUT', 'SELECT'].includes(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey || $('controls').hidden) return;
  const button = { m: 'mic', c: 'camera', s: 'screen', i: 'stats', t: 'chatting' }[event.key];
  if (button) $(button).click();
});

// --- statistics

/** What each received track does, from the browser's own counters. */
async function collect() {
  const all = [];
  for (const [sid, each] of receivers) {
    const report = await each.receiver.getStats();
    const codecs = new Map();
    report.forEach((line) => { if (line.type === 'codec') codecs.set(line.id, line.mimeType); });
    report.forEach((line) => {
      if (line.type !== 'inbound-rtp') return;
      const before = each.last ?? line;
      const seconds = (line.timestamp - before.timestamp) / 1000 || 1;
      each.last = line;
      all.push({
        sid,
        kind: line.kind,
        name: each.tile.label.textContent,
        codec: codecs.get(line.codecId) ?? '',
        width: line.frameWidth ?? 0,
        height: line.frameHeight ?? 0,
        fps: line.framesPerSecond ?? 0,
        framesDecoded: line.framesDecoded ?? 0,
        packetsReceived: line.packetsReceived,
        packetsLost: line.packetsLost,
        audioEnergy: line.totalAudioEnergy ?? 0,
        kbps: Math.round(((line.bytesReceived - before.bytesReceived) * 8) / seconds / 1000),
        layer: layerOf(sid, line.frameHeight),
        tile: each.tile,
      });
    });
  }
  return all.map(({ tile: _, ...rest }) => rest);
}

/** Which published layer has this height. */
function layerOf(sid, height) {
  const info = [...call.participants.values()].flatMap((each) => each.tracks ?? []).find((each) => each.sid === sid);
  const layer = (info?.layers ?? []).find((each) => Math.abs(each.height - height) <= 16);
  if (layer) return layer.quality ?? 'LOW'; // proto3 JSON leaves the zero value out
  return info?.layers?.length ? '–' : 'single';
}

/** Why each track is not better, as far as the server tells it here. */
async function why() {
  try {
    const path = [$('room').value.trim(), call.me.identity].map(encodeURIComponent);
    const response = await fetch(`/debug/rooms/${path[0]}/participants/${path[1]}/why`);
    if (!response.ok) return new Map();
    const { tracks } = await response.json();
    return new Map(tracks.map((each) => [each.track, each.reason === 'NONE' ? ''
      : `\n${each.paused ? 'paused' : `layer ${each.layer + 1} of ${each.fullLayer + 1}`}: ${each.reason.toLowerCase().replaceAll('_', ' ')}`]));
  } catch {
    return new Map();
  }
}

setInterval(async () => {
  if (!showStats || !call || call.closed) return;
  const lines = await collect();
  const reasons = await why();
  for (const [, shown] of tiles) {
    const mineLines = lines.filter((line) => receivers.get(line.sid)?.tile === shown);
    shown.overlay.textContent = mineLines
      .map((line) => (line.kind === 'video'
        ? `${line.codec.replace('video/', '')} ${line.width}×${line.height} ${line.fps} fps\n${line.kbps} kbit/s  lost ${line.packetsLost}  layer ${line.layer}${reasons.get(line.sid) ?? ''}`
        : `audio ${line.kbps} kbit/s  lost ${line.packetsLost}`))
      .join('\n');
    shown.overlay.hidden = mineLines.length === 0;
  }
}, 1000);
