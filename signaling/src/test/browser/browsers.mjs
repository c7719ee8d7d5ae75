// Shared by the scenarios: a page server on loopback, and browsers with fake devices.
import { createServer } from 'node:http';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const here = dirname(fileURLToPath(import.meta.url));
const types = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript', '.map': 'application/json' };

/** Serves pages/ and node_modules/ on 127.0.0.1; resolves to its base URL. */
export function servePages(address = '127.0.0.1') {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const file = path.startsWith('/node_modules/') ? join(here, path) : join(here, 'pages', path);
    if (!file.startsWith(here) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, address, () => resolve({ url: `http://${address}:${server.address().port}`, close: () => server.close() }));
  });
}

/** Serves the first page that a document prints. */
export function servePrinted(document) {
  const [, html] = readFileSync(document, 'utf8').match(/```html\n([^]*?)```/);
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }));
  });
}

export function launchChromium() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--disable-gpu',
      // tabs in the background must not be slowed down
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      '--disable-features=CalculateNativeWinOcclusion,WebRtcHideLocalIpsWithMdns',
    ],
  });
}

export function launchFirefox() {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.gmp-manager.updateEnabled': false,
      'app.update.enabled': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'toolkit.telemetry.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });
}

export const sleep = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Waits until the asked condition holds; fails with its name when it takes too long. */
export async function until(name, milliseconds, condition) {
  const end = Date.now() + milliseconds;
  let last;
  while (Date.now() < end) {
    last = await condition();
    if (last) return last;
    await sleep(100);
  }
  throw new Error(`timed out waiting for: ${name}`);
}

/** Opens a page with livekit-client in it and joins. */
export async function joinLiveKit(browser, pages, url, token, options = {}) {
  // a context of its own is a window of its own: hidden tabs render nothing
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', (error) => console.error('page:', error.message));
  if (process.env.VERBOSE) page.on('console', (message) => console.error('console:', message.text()));
  await page.goto(`${pages.url}/livekit.html`);
  await page.waitForFunction('window.ready');
  const sid = await page.evaluate((u, t, o) => window.start(u, t, o), url, token, options);
  return { page, sid, stats: () => page.evaluate(() => window.stats()) };
}

/** Prints the result for the Java side and leaves. */
export function report(result) {
  console.log(`RESULT ${JSON.stringify(result)}`);
}
