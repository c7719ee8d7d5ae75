// Ordinary data channels of two pages over WHIP: every kind of channel, all sizes, order, closing.
import { until } from './browsers.mjs';

const KINDS = {
  ordered: {},
  unordered: { ordered: false },
  once: { ordered: false, maxRetransmits: 0 },
  timely: { ordered: false, maxPacketLifeTime: 500 },
};
const SIZES = [0, 1, 1_200, 65_536];
const MANY = 10_000;

/** Connects a page; it keeps what it hears by channel, long messages as their length and a hash. */
async function connect(page, server, token) {
  await page.evaluate(async (kinds, url, bearer) => {
    const hash = (bytes) => bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
    window.describe = (data) => (typeof data === 'string' ? `text ${data.length} ${hash(new TextEncoder().encode(data))}`
      : `bytes ${data.byteLength} ${hash(new Uint8Array(data))}`);
    window.make = (size, text) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => 97 + (i * 7 + size) % 26);
      return text ? new TextDecoder().decode(bytes) : bytes;
    };
    window.heard = {};
    window.channels = {};
    window.states = [];
    window.open = (label, options) => {
      const channel = window.peer.createDataChannel(label, options);
      channel.binaryType = 'arraybuffer';
      window.heard[label] ??= [];
      window.channels[label] = channel;
      channel.onmessage = ({ data }) => window.heard[label].push(window.describe(data));
      channel.onclose = () => window.states.push(`closed ${label}`);
    };
    window.peer = new RTCPeerConnection();
    for (const [label, options] of Object.entries(kinds)) window.open(label, options);
    window.open('many', {});
    await window.peer.setLocalDescription();
    if (window.peer.iceGatheringState !== 'complete') {
      await new Promise((resolve) => { window.peer.onicegatheringstatechange = () => window.peer.iceGatheringState === 'complete' && resolve(); });
    }
    const answer = await fetch(`${url}/whip`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${bearer}` },
      body: window.peer.localDescription.sdp,
    });
    if (!answer.ok) throw new Error(await answer.text());
    await window.peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  }, KINDS, server, token);
  await until('channels are open', 15_000, () => page.evaluate(() =>
    Object.values(window.channels).every((each) => each.readyState === 'open')));
}

const send = (page, label, size, text) => page.evaluate((l, s, t) => {
  const message = window.make(s, t);
  window.channels[l].send(message);
  return window.describe(typeof message === 'string' ? message : message.buffer);
}, label, size, text);

/** Everything that is to work between two pages; returns what did. */
export async function exchange(pages, server, tokens) {
  for (let i = 0; i < 2; i++) await connect(pages[i], server, tokens[i]);
  let exchanged = 0;
  for (const label of Object.keys(KINDS)) {
    for (const size of SIZES) {
      for (const text of [true, false]) {
        for (const [from, to] of [pages, [...pages].reverse()]) {
          const sent = await send(from, label, size, text);
          await until(`${label} ${sent}`, 10_000, () => to.evaluate((l, s) => window.heard[l].includes(s), label, sent));
          exchanged++;
        }
      }
    }
  }
  await pages[0].evaluate(async (count) => {
    const channel = window.channels.many;
    channel.bufferedAmountLowThreshold = 100_000;
    for (let i = 0; i < count; i++) {
      if (channel.bufferedAmount > 1_000_000) await new Promise((resolve) => { channel.onbufferedamountlow = resolve; });
      channel.send(String(i));
    }
  }, MANY);
  await pages[1].evaluate((count) => {
    window.expected = Array.from({ length: count }, (_, i) => window.describe(String(i)));
  }, MANY);
  await until('ten thousand', 40_000, () => pages[1].evaluate(() => window.heard.many.length >= window.expected.length));
  const inOrder = await pages[1].evaluate(() => window.heard.many.join() === window.expected.join());
  // longer than announced: the browser itself refuses
  const tooLong = await pages[0].evaluate(() => {
    try {
      window.channels.ordered.send(new Uint8Array(65_537));
      return 'sent';
    } catch (error) {
      return error.name;
    }
  });
  const announced = await pages[0].evaluate(() => window.peer.sctp.maxMessageSize);
  // closed here, and opened anew
  await pages[0].evaluate(() => { window.channels.unordered.close(); });
  await until('closed', 10_000, () => pages[0].evaluate(() => window.states.includes('closed unordered')));
  await pages[0].evaluate(() => { window.open('unordered', { ordered: false }); });
  await until('open again', 10_000, () => pages[0].evaluate(() => window.channels.unordered.readyState === 'open'));
  const again = await send(pages[0], 'unordered', 333, true);
  await until('heard on the new one', 10_000, () => pages[1].evaluate((s) => window.heard.unordered.includes(s), again));
  return { exchanged, inOrder, tooLong, announced };
}

/** A page of no content, where scripts may run. */
export async function blank(browser, pages) {
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', (error) => console.error('page:', error.message));
  await page.goto(`${pages.url}/blank.html`);
  return page;
}
