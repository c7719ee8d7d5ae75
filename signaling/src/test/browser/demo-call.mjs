// Two tabs of the demo page call each other. Arguments: server URL, seconds.
import { launchChromium, report, sleep, until } from './browsers.mjs';

const [url, seconds] = process.argv.slice(2);
const browser = await launchChromium();
try {
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
  const overlay = await tabs[1].evaluate(() => document.querySelector('.tile:not(.own) pre').textContent);
  if (process.env.SCREENSHOT) await tabs[1].screenshot({ path: process.env.SCREENSHOT });
  if (process.env.PHONE) {
    await tabs[1].setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true });
    await sleep(500);
    await tabs[1].screenshot({ path: process.env.PHONE });
  }
  await tabs[0].click('#leave');
  await until('the tile goes', 5000, () =>
    tabs[1].evaluate(() => document.querySelectorAll('.tile:not(.own)').length === 0));
  report({ before, after, overlay });
} finally {
  await browser.close();
}
