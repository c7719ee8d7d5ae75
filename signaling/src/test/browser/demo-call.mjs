// Two tabs of the demo page call each other. Arguments: server URL, seconds.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium, report, sleep, until } from './browsers.mjs';

const [url, seconds] = process.argv.slice(2);
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
/** What the accessibility rules of WCAG 2.1 A and AA find: names, focus order, contrast. */
const violations = async (page) => {
  await page.evaluate(axe);
  return page.evaluate(async () => (await window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
    .violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`));
};
const browser = await launchChromium();
try {
  const entrance = await browser.newPage();
  await entrance.goto(`${url}/?room=demo`);
  const inaccessible = await violations(entrance);
  await entrance.setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true });
  inaccessible.push(...await violations(entrance));
  await entrance.close();
  const tabs = [];
  for (const name of ['ada', 'bob']) {
    const page = await (await browser.createBrowserContext()).newPage();
    page.on('pageerror', (error) => console.error('page:', error.message));
    await page.goto(`${url}/?room=demo&name=${name}&join=1&stats=1`);
    tabs.push(page);
  }
  const stats = () => Promise.all(tabs.map((page) => page.evaluate(() => window.sluice?.stats() ?? [])));
  await until('both tabs see and hear each other', 15_000, async () =>
    (await stats()).every((lines) =>
      lines.some((line) => line.kind === 'video' && line.framesDecoded > 0)
      && lines.some((line) => line.kind === 'audio' && line.audioEnergy > 0)));
  const before = await stats();
  await sleep(Number(seconds) * 1000);
  const after = await stats();
  // keys work, and the other side hears of the mute
  await tabs[0].focus('#stats');
  await tabs[0].keyboard.press('m');
  await until('the mute is seen', 5000, () =>
    tabs[1].evaluate(() => [...document.querySelectorAll('.tile:not(.own) .name')].some((each) => each.textContent.includes('muted'))));
  // chat, a file, a reaction
  await tabs[0].click('#chatting');
  await tabs[0].type('#text', 'hello');
  await until('typing is seen', 5000, () => tabs[1].evaluate(() => document.querySelector('#typing').textContent.includes('ada is typing')));
  await tabs[0].keyboard.press('Enter');
  await until('an unread mark', 5000, () => tabs[1].evaluate(() => document.querySelector('#unread').textContent === ' (1)'));
  await tabs[1].click('#chatting');
  const chat = await tabs[1].evaluate(() => [document.querySelector('#lines').textContent, document.querySelector('#unread').textContent]);
  const sent = await tabs[0].evaluate(async () => {
    const bytes = new Uint8Array(3_000_000).map((_, i) => i * 31 >> 3);
    window.sluice.chat.send(new File([bytes], 'picture.bin'));
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
  });
  const bars = new Set();
  await until('the file', 20_000, async () => {
    bars.add(await tabs[1].evaluate(() => document.querySelector('#lines progress')?.value ?? 0));
    return tabs[1].evaluate(() => document.querySelector('#lines a[download="picture.bin"]')?.href);
  });
  const came = await tabs[1].evaluate(async () => {
    const bytes = await (await fetch(document.querySelector('#lines a').href)).arrayBuffer();
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
  });
  await tabs[0].click('#reactions button');
  const reaction = await until('a reaction', 5000, () => tabs[1].evaluate(() => document.querySelector('.tile:not(.own) .reaction')?.textContent));
  const data = { chat, same: sent === came, progress: bars.size, reaction };
  const overlay = await tabs[1].evaluate(() => document.querySelector('.tile:not(.own) pre').textContent);
  if (process.env.SCREENSHOT) await tabs[1].screenshot({ path: process.env.SCREENSHOT });
  if (process.env.PHONE) {
    await tabs[1].setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true });
    await sleep(500);
    await tabs[1].screenshot({ path: process.env.PHONE });
  }
  inaccessible.push(...await violations(tabs[1]));
  const desktop = tabs[1].viewport();
  await tabs[1].setViewport({ width: 390, height: 844 }); // a mobile one would load the page anew
  await sleep(300);
  inaccessible.push(...await violations(tabs[1]));
  const tooWide = await tabs[1].evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (tooWide) inaccessible.push('a phone has to scroll sideways');
  await tabs[1].setViewport(desktop);
  // every control has a name
  const nameless = await tabs[1].evaluate(() => [...document.querySelectorAll('button, input, select')]
    .filter((each) => !each.textContent.trim() && !each.getAttribute('aria-label') && !each.labels?.length
      || (each.tagName === 'SELECT' && !each.getAttribute('aria-label') && !each.labels?.length)).map((each) => each.outerHTML));
  // a pinned tile with a chosen quality gets that layer
  await tabs[1].evaluate(() => {
    const shown = document.querySelector('.tile:not(.own)');
    shown.querySelector('.pin').click();
    const layer = shown.querySelector('.layer');
    layer.value = 'LOW';
    layer.dispatchEvent(new Event('change'));
  });
  await until('the lowest layer', 10_000, async () => (await tabs[1].evaluate(() => window.sluice.stats()))
    .some((line) => line.kind === 'video' && line.height === 180));
  const pinned = await tabs[1].evaluate(() => document.querySelector('.tile.pinned .pin').getAttribute('aria-pressed'));
  // a WebSocket that breaks comes back while media goes on
  const frames = async () => (await tabs[1].evaluate(() => window.sluice.stats())).find((line) => line.kind === 'video').framesDecoded;
  const earlier = await frames();
  for (const tab of tabs) await tab.evaluate(() => { window.sluice.call.socket.close(4000); });
  await until('both are back', 10_000, async () => (await Promise.all(tabs.map((tab) => tab.evaluate(() =>
    window.sluice.state === 'joined' && window.sluice.call.socket.readyState === 1 && !window.sluice.call.attempts)))).every(Boolean));
  await sleep(2000);
  const resumed = (await frames()) - earlier;
  await tabs[0].keyboard.press('m');
  await until('the end of the mute is seen', 5000, () =>
    tabs[1].evaluate(() => [...document.querySelectorAll('.tile:not(.own) .name')].every((each) => !each.textContent.includes('muted'))));
  await tabs[0].focus('#stats');
  await tabs[0].click('#leave');
  await until('the tile goes', 5000, () =>
    tabs[1].evaluate(() => document.querySelectorAll('.tile:not(.own)').length === 0));
  report({ before, after, overlay, nameless, inaccessible, pinned, resumed, data });
} finally {
  await browser.close();
}
