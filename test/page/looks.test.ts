/** How the page looks: pictures for people, and what can be held to rules. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findings } from './support/axe.ts';
import { HOSTILE } from './support/markets.ts';
import { paint, watchFlashes } from './support/pixels.ts';
import { describes, inBrowser, NARROW, picture, reads, type Visit, WIDE } from './support/visit.ts';

const AAPL = { search: '?symbol=AAPL&timeframe=5m' };
const MINUTE = 60_000;

type Box = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;

/** A day with something of everything. */
function eventful({ stocks }: Visit): void {
  const at = stocks.watermark - 96 * MINUTE;
  stocks.blind.push({ start: at, end: at + 23 * MINUTE });
  stocks.quarantined = 2;
  stocks.delisted = ['FRC', 'SBNY', 'SIVB'];
  stocks.halted = ['NVDA', 'PLTR', 'TSLA'].map(symbol => ({ symbol, since: at }));
  stocks.alarms = [
    { name: 'UncoveredMinutes', since: at + 25 * MINUTE, runbook: '#uncovered-minutes' },
    { name: 'Quarantined', since: at + 60 * MINUTE, runbook: '#quarantined' },
  ];
}

async function settled(page: Page): Promise<void> {
  await describes(page, /AAPL, \d+/);
  await page.locator('#symbol-list path[d^="M"]').first().waitFor({ state: 'attached' });
  await page.locator('#symbol-list .last').filter({ hasText: /\d/ }).first().waitFor({ state: 'attached' });
}

inBrowser('the look of the page', visiting => {
  test.each([
    ['wide-dark', { ...WIDE, colorScheme: 'dark' }],
    ['wide-light', { ...WIDE, colorScheme: 'light' }],
    ['narrow-dark', { ...NARROW, colorScheme: 'dark' }],
    ['narrow-light', { ...NARROW, colorScheme: 'light' }],
  ] as const)('has no serious finding: %s', (name, options) =>
    visiting({ ...AAPL, ...options, before: eventful }, async ({ page }) => {
      await settled(page);
      await reads(page, '#alarms', 'Uncovered minutes');
      await picture(page, name);
      expect(await findings(page)).toEqual([]);
      const isWithin = () => document.documentElement.scrollWidth <= innerWidth;
      expect(await page.evaluate(isWithin)).toBe(true);
      const tiny = await page.evaluate(() =>
        [...document.querySelectorAll('button, select')]
          .filter(element => element.checkVisibility())
          .filter(element => {
            const { width, height } = element.getBoundingClientRect();
            return width < 22 || height < 22 || element.scrollWidth > Math.ceil(width);
          })
          .map(({ outerHTML }) => outerHTML),
      );
      expect(tiny).toEqual([]);
    }),
  );

  test('has no serious finding with alarms, table and help open', () =>
    visiting({ ...AAPL, before: eventful }, async ({ page }) => {
      await settled(page);
      await page.locator('#alarms summary').click();
      await page.keyboard.press('t');
      await picture(page, 'table');
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('?');
      await reads(page, '#help', 'Keys');
      await picture(page, 'help');
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('#help').waitFor({ state: 'hidden' });
    }));

  test('has the list as a sheet on a narrow screen, which closes when a symbol is chosen', () =>
    visiting({ ...AAPL, ...NARROW, before: eventful }, async ({ page }) => {
      await settled(page);
      expect(await page.locator('#symbols').isVisible()).toBe(false);
      await page.locator('#open-symbols').tap();
      await page.locator('#symbols').waitFor();
      await page.locator('.last').filter({ hasText: /\d/ }).first().waitFor();
      await picture(page, 'narrow-list');
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: /^NVDA/ }).tap();
      await page.locator('#symbols').waitFor({ state: 'hidden' });
      await describes(page, /NVDA/);
    }));

  test('says when a closed market opens, and shows its last session', () =>
    visiting({ ...AAPL, now: Date.parse('2025-11-21T05:48:00Z') }, async ({ page }) => {
      await reads(
        page,
        '#banner',
        'Market closed Opens in 3 h 12 min (Fri 21 Nov 04:00); the last session is shown.',
      );
      expect(await describes(page, /AAPL/)).toContain('newest 19:55');
      await reads(page, '#strip', /closed · pre in 3 h 12 min/);
      await picture(page, 'closed');
      expect(await findings(page)).toEqual([]);
    }));

  test('says what comes when there is no bar yet', () =>
    visiting(
      { search: '?symbol=AAPL', now: Date.parse('2025-11-17T08:30:00Z') },
      async ({ page, stocks }) => {
        await reads(page, '#notice', /No 5m bars of AAPL yet.*closed and opens in 30 min/);
        await picture(page, 'empty');
        stocks.advance(31);
        await describes(page, /AAPL, 1 5m bar;/);
      },
    ));

  test('has room for everything in the strip, however wide it is', () =>
    visiting({ ...AAPL, before: eventful }, async ({ page, stocks }) => {
      await settled(page);
      stocks.connection = 'reconnecting';
      stocks.quarantined = 1_234_567;
      await reads(page, '#fact-quarantined', '1.2M');
      for (const width of [390, 730, 1000, 1210, 1290, 1440]) {
        await page.setViewportSize({ width, height: 700 });
        const boxes = await page.evaluate(() =>
          [...document.querySelectorAll('#feed, #connection, .fact, #alarms')].map(element => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return { left, right, top, bottom };
          }),
        );
        const meets = (one: Box, other: Box) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom;
        expect(boxes.filter(one => boxes.some(other => other !== one && meets(one, other)))).toEqual([]);
        expect(boxes.filter(({ right }) => right > width)).toEqual([]);
      }
    }));

  test('prices end where the others do, however long they are', () =>
    visiting(AAPL, async ({ page }) => {
      await settled(page);
      const ends = await page.evaluate(() => {
        const [first, ...others] = [...document.querySelectorAll('.row .last')];
        if (first) first.textContent = '1,730,051.37';
        return [first, ...others.slice(0, 3)].map(each => {
          const text = document.createRange();
          if (each) text.selectNodeContents(each);
          return Math.round(text.getBoundingClientRect().right);
        });
      });
      expect(new Set(ends).size).toBe(1);
    }));

  test('takes the theme of the system, or the one that was chosen', () =>
    visiting({ ...AAPL, colorScheme: 'dark' }, async ({ page }) => {
      const surface = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await describes(page, /AAPL/);
      expect(await surface()).toBe('rgb(14, 17, 22)');
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await surface()).toBe('rgb(255, 255, 255)');
      await page.keyboard.press('d');
      expect(await surface()).toBe('rgb(14, 17, 22)');
      await page.locator('#theme-button').click();
      await reads(page, '#theme-button', 'Light');
      expect(await surface()).toBe('rgb(255, 255, 255)');
    }));

  test('names symbols that are delisted or halted, and has no place for them where there are none', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await settled(page);
      for (const id of ['#delisted', '#halted']) expect(await page.locator(id).isVisible()).toBe(false);
      stocks.delisted = ['FRC', 'SIVB'];
      stocks.halted = [
        { symbol: 'NVDA', since: Date.parse('2025-11-20T18:31:20Z') },
        { symbol: 'TSLA', since: Date.parse('2025-11-19T18:31:20Z') },
      ];
      await reads(page, '#delisted', 'Delisted: FRC, SIVB');
      await reads(page, '#halted', 'Halted: NVDA since 13:31, TSLA since 19 Nov');
      expect(await page.locator('#delisted').getAttribute('title')).toBe('FRC, SIVB');
    }));

  test('shows the names of pairs and of contracts whole', () =>
    visiting({ search: '?feed=coins', viewport: { width: 1280, height: 800 } }, async ({ page, stocks }) => {
      const cut = () =>
        page
          .locator('.row .name')
          .evaluateAll(names =>
            names
              .filter(name => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight)
              .map(({ textContent }) => textContent),
          );
      await page.locator('.last').getByText('92,').first().waitFor();
      expect(await cut()).toEqual([]);
      await page.locator('#feed').selectOption(stocks.script.feed);
      await page.locator('#filter').fill('SPY');
      await reads(page, '.row .name', HOSTILE.option);
      await page.locator('.row .last').getByText('.').nth(1).waitFor();
      expect(await cut()).toEqual([]);
    }));

  test('does not let numbers jump when they change', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await settled(page);
      const places = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('#strip dd, #legend .pair, #timeframes')].map(
            element => element.getBoundingClientRect().left,
          ),
        );
      const before = await places();
      stocks.lateSeconds = 60;
      stocks.quarantined = 1_234;
      stocks.advance(2);
      await reads(page, '#fact-quarantined', '1,234');
      await reads(page, '#fact-lag', '1 min');
      expect(await places()).toEqual(before);
    }));

  test('does not fade where motion is unwanted', async () => {
    let flashes = async (): Promise<number[]> => [];
    const before = async ({ page }: Visit) => {
      await paint(page, { accent: '#ff00ff' });
      flashes = await watchFlashes(page, '#ff00ff');
    };
    await visiting({ ...AAPL, reducedMotion: 'reduce', before }, async ({ page, stocks }) => {
      await settled(page);
      stocks.correct('AAPL', stocks.watermark - 21 * MINUTE, 0.5);
      while ((await flashes()).length < 4) await page.waitForTimeout(20);
      expect(new Set(await flashes()).size).toBe(1);
      const durations = await page.evaluate(() =>
        [...document.querySelectorAll('button')].map(button => getComputedStyle(button).transitionDuration),
      );
      expect(new Set(durations)).toEqual(new Set(['0s']));
    });
  });
});
