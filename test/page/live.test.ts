/** The page while things happen: candles move, windows finish, bars are revised, feeds and servers die and heal. */
import { expect, test } from '@jest/globals';
import { paint, pixelsOf, untilPixels, watchFlashes } from './support/pixels.ts';
import { describes, inBrowser, note, picture, reads, type Visit } from './support/visit.ts';

const MINUTE = 60_000;
const AAPL = { search: '?symbol=AAPL&timeframe=5m' };
const MAGENTA = [255, 0, 255] as const;
const CYAN = [0, 255, 255] as const;

inBrowser('the page', visiting => {
  test('shows candles, and notes how long the first one took', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL, \d+ 5m bars; newest 13:45/);
      const ms = await page.evaluate(() => performance.getEntriesByName('first-candle')[0]?.startTime);
      await note(
        'first-candle.txt',
        `${Math.round(ms ?? Number.NaN)} ms from the page's load to its first candle\n`,
      );
      expect(ms).toBeGreaterThan(0);
    }));

  test('lets the open window grow, finish, and a new one begin', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      expect(await describes(page, /newest 13:45/)).toContain('open window');
      await reads(page, '#legend-remark', 'open window');
      const before = await page.locator('#legend-volume').textContent();
      stocks.advance(1);
      await page.waitForFunction(
        volume => document.querySelector('#legend-volume')?.textContent !== volume,
        before,
      );
      stocks.advance(3);
      expect(await describes(page, /newest 13:45(?!.*open window)/)).not.toContain('open window');
      stocks.advance(1);
      expect(await describes(page, /newest 13:50/)).toContain('open window');
    }));

  test('repaints a revised bar, lights it up once, and says so', async () => {
    let flashes = async (): Promise<number[]> => [];
    const before = async ({ page }: Visit) => {
      await paint(page, { accent: '#ff00ff' });
      flashes = await watchFlashes(page, '#ff00ff');
    };
    await visiting({ ...AAPL, before }, async ({ page, stocks }) => {
      await describes(page, /newest 13:45/);
      expect(await flashes()).toEqual([]);
      // The last minute of the window that ends at 13:25.
      const corrected = stocks.correct('AAPL', stocks.watermark - 21 * MINUTE, 0.5);
      await reads(page, '#announcements', `close ${corrected.close.toFixed(2)}`);
      while ((await flashes()).length === 0) await page.waitForTimeout(20);
      // It is painted many times while it fades, and then no more, whatever else is painted.
      for (let count = -1; count !== (await flashes()).length; ) {
        count = (await flashes()).length;
        const newest = await page.locator('#legend-window').textContent();
        stocks.advance(5);
        await page
          .locator('#legend-window')
          .filter({ hasNotText: newest ?? '' })
          .waitFor();
      }
      const strengths = await flashes();
      expect(strengths.at(-1)).toBeLessThanOrEqual(strengths[0] ?? 0);
    });
  });

  test('lights nothing up when it opens, though bars were revised before', () => {
    const before = ({ stocks }: Visit) => {
      stocks.correct('AAPL', stocks.watermark - 20 * MINUTE, 0.5);
    };
    return visiting({ ...AAPL, before }, async ({ page, stocks }) => {
      await describes(page, /newest 13:45/);
      stocks.advance(5);
      await describes(page, /newest 13:50/);
      expect(await page.locator('#announcements').textContent()).toBe('');
    });
  });

  test('hatches what the feed did not see, and not what nobody traded', () =>
    visiting(
      { ...AAPL, before: ({ page }) => paint(page, { hatch: 'rgb(255, 0, 255)' }) },
      async ({ page, stocks }) => {
        expect(await describes(page, /newest 13:45/)).toContain('0 uncovered stretches');
        expect(await pixelsOf(page, MAGENTA)).toBe(0);
        stocks.lookAway(12);
        stocks.advance(4);
        await describes(page, /newest 14:00.*1 uncovered stretch;/);
        await untilPixels(page, MAGENTA, count => count > 500);
        await reads(page, '#fact-uncovered', '12');
        await page.keyboard.press('t');
        await reads(page, '#table-body', /13:50.*5 of 5 min uncovered/);
        await page.goto(`${new URL(page.url()).origin}/?symbol=O:SPY251219C00650000&timeframe=1m`);
        await reads(page, '#table-body', 'no trades');
      },
    ));

  test('shades the sessions and names them', () =>
    visiting(
      { ...AAPL, before: ({ page }) => paint(page, { 'session-pre': 'rgb(0, 255, 255)' }) },
      async ({ page }) => {
        await describes(page, /newest 13:45/);
        await untilPixels(page, CYAN, count => count > 10_000);
      },
    ));

  test('says that the feed is gone, and that it is back', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await reads(page, '#connection', 'Live');
      stocks.connection = 'reconnecting';
      await reads(page, '#connection', 'Feed reconnecting');
      stocks.connection = 'down';
      await reads(page, '#connection', 'Feed down');
      await reads(page, '#banner', /Feed down.*Complete through 13:46/);
      await picture(page, 'feed-down');
      await reads(page, '#announcements', 'Feed stocks is down');
      stocks.connection = 'live';
      await reads(page, '#connection', 'Live');
      await page.locator('#banner').waitFor({ state: 'hidden' });
    }));

  test('says that the server is gone, goes on showing what it has, and heals', () =>
    visiting(AAPL, async ({ page, api, stocks }) => {
      await describes(page, /newest 13:45/);
      await api.stop();
      await reads(page, '#connection', 'Server down');
      await reads(page, '#banner', /Not live.*The server does not answer.*What is shown is from/);
      await picture(page, 'server-down');
      stocks.advance(5);
      await api.start();
      await reads(page, '#connection', 'Live');
      await describes(page, /newest 13:50/);
      await page.locator('#banner').waitFor({ state: 'hidden' });
    }));

  test('names the alarms that stand, and leads to their sections of the runbook', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await reads(page, '#connection', 'Live');
      expect(await page.locator('#alarms').isVisible()).toBe(false);
      stocks.alarms = [
        { name: 'FeedSilent', since: stocks.now, runbook: '#feed-silent' },
        { name: 'UncoveredMinutes', since: stocks.now, runbook: '#uncovered-minutes' },
      ];
      await page.locator('#alarms summary').click();
      await reads(page, '#alarm-list', /Feed silent.*since 13:46.*Uncovered minutes/);
      const [runbook] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: 'Runbook: Feed silent' }).click(),
      ]);
      await runbook.waitForLoadState();
      expect(await runbook.locator('h2:target').textContent()).toBe('Feed silent');
      stocks.alarms = [];
      await page.locator('#alarms').waitFor({ state: 'hidden' });
    }));

  test('says how late bars are', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      stocks.lateSeconds = 300;
      await reads(page, '#banner', /Late.*5 min behind.*Complete through 13:41/);
      stocks.lateSeconds = 0;
      await page.locator('#banner').waitFor({ state: 'hidden' });
    }));

  test('asks only for what has changed', () =>
    visiting(AAPL, async ({ page, api }) => {
      await describes(page, /newest 13:45/);
      const answersTo = (question: string) => api.asked.filter(asked => asked.includes(question));
      for (const question of ['limit=20', 'limit=500', '/v1/latest', '/v1/status']) {
        while (answersTo(question).length < 4) await page.waitForTimeout(20);
        expect(answersTo(question).filter(asked => asked.startsWith('200'))).toHaveLength(1);
      }
    }));
});
