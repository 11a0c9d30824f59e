/** The page as `npm start` serves it: the simulated market, the whole pipeline, the API, and a browser on the printed address. */
import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { buildPage, sizeOf } from '../../page/build.ts';
import { start } from '../support/command.ts';
import { describes, picture, reads, withPage } from './support/visit.ts';

/** What a browser loads with the page; the icon it fetches as often as it likes. */
const loaded = (await buildPage({ pollSeconds: 1 })).filter(({ path }) => path !== 'icon.svg');
/** The vendor is down for half of the time, over and over: whoever comes late sees it, too. */
const FAULTS = Array.from({ length: 60 }, (_, n) => `down@${20 + n * 40}m+20m`).join(',');

test('shows moving candles, says when the feed is gone and back, and when the server is', () =>
  withPage(async (page, complaints) => {
    const { promise: printed, resolve: print } = Promise.withResolvers<[string, ChildProcess]>();
    const options = ['--symbols', '5', '--speed', '120', '--from', '2025-11-20T14:30:00Z', '--fault', FAULTS];
    const run = start(options, {
      onOutput: (stdout, child) => {
        const address = /page: (http:\S+)/.exec(stdout)?.[1];
        if (address !== undefined) print([address, child]);
      },
    });
    const [address, child] = await printed;
    try {
      await page.goto(`${address}?timeframe=5m`);
      await reads(page, '#connection', 'Live');
      // What Chromium takes of the page is what the build counts.
      const taken = await page.evaluate(() =>
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .filter(({ name }) => !/\/v1\/|\/icon\.svg$/.test(name))
          .reduce((bytes, entry) => bytes + entry.toJSON().encodedBodySize, 0),
      );
      expect(taken).toBe(sizeOf(loaded, 'brotli'));
      const first = await describes(page, /\d+ 5m bars?; newest \d\d:\d\d/);
      const volume = await page.locator('#legend-volume').textContent();
      await page.waitForFunction(
        before => document.querySelector('#legend-volume')?.textContent !== before,
        volume,
      );
      const [, newest = ''] = /newest (\d\d:\d\d)/.exec(first) ?? [];
      await describes(page, new RegExp(`newest (?!${newest})\\d\\d:\\d\\d`));
      await picture(page, 'whole');
      await reads(page, '#connection', /Feed (?:reconnecting|down)/);
      await reads(page, '#connection', 'Live');
      child.kill('SIGINT');
      await run;
      await reads(page, '#connection', 'Server down');
      expect(complaints).toEqual([]);
    } finally {
      child.kill('SIGINT');
      await run;
    }
  }));
