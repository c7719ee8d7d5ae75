// A publisher by WHIP and two players by WHEP, with the libraries others use for that.
// Arguments: server URL, tokens of the publisher and of both players.
import { build } from 'esbuild';
import { launchChromium, report, servePages, until } from './browsers.mjs';

const [url, publisher, ...viewers] = process.argv.slice(2);
const bundle = await build({
  stdin: {
    contents: `export { WHIPClient } from '@eyevinn/whip-web-client'; export { WebRTCPlayer } from '@eyevinn/webrtc-player';`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'eyevinn',
  platform: 'browser',
});
const pages = await servePages();
const browser = await launchChromium();
const open = async () => {
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', (error) => console.error('page:', error.message));
  if (process.env.VERBOSE) page.on('console', (message) => console.error('console:', message.text()));
  await page.goto(`${pages.url}/livekit.html`);
  await page.addScriptTag({ content: `${bundle.outputFiles[0].text};window.eyevinn = eyevinn;` });
  await page.waitForFunction('window.eyevinn');
  return page;
};
try {
  const sender = await open();
  const resource = await sender.evaluate(async (endpoint, authkey) => {
    const client = new window.eyevinn.WHIPClient({ endpoint, opts: { authkey, debug: true } });
    window.client = client;
    await client.ingest(await navigator.mediaDevices.getUserMedia({ video: true, audio: true }));
    return client.getResourceUrl();
  }, `${url}/whip`, publisher);
  const decoded = [];
  for (const token of viewers) {
    const player = await open();
    await player.evaluate(async (endpoint, key) => {
      const video = document.createElement('video');
      video.muted = true;
      video.autoplay = true;
      document.body.append(video);
      window.video = video;
      window.player = new window.eyevinn.WebRTCPlayer({ video, type: 'whep', debug: true });
      await window.player.load(new URL(endpoint), `Bearer ${key}`);
    }, `${url}/whep?publisher=whip`, token);
    decoded.push(await until('pictures', 15_000, () => player.evaluate(() => {
      const frames = window.video.getVideoPlaybackQuality().totalVideoFrames;
      return frames > 15 && frames;
    })));
  }
  await sender.evaluate(() => window.client.destroy());
  const gone = await until('the session is gone', 5000, async () => {
    const { status } = await fetch(resource, { method: 'DELETE', headers: { authorization: `Bearer ${publisher}` } });
    return status === 404 && status;
  });
  report({ decoded, gone, resource: new URL(resource).pathname });
} finally {
  await browser.close();
  pages.close();
}
