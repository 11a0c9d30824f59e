/** What a person can choose on the page, by mouse and by keyboard, and that it is still chosen afterwards. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { watchTexts } from './support/pixels.ts';
import { describes, inBrowser, reads, type Visit } from './support/visit.ts';

const AAPL = { search: '?symbol=AAPL&timeframe=5m' };

/** Where the legend's window lies, such as `Thu 20 Nov 13:45–13:50`, under the pointer in the middle of the chart. */
async function pointedWindow(page: Page): Promise<string> {
  await page.locator('#chart').hover();
  return (await page.locator('#legend-window').textContent()) ?? '';
}

async function untilOther(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).filter({ hasNotText: text }).waitFor();
}

inBrowser('a person', visiting => {
  test('chooses symbols, timeframes, feeds and zones by mouse', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL, \d+ 5m bars/);
      await page.getByRole('button', { name: /^NVDA/ }).click();
      await describes(page, /NVDA, \d+ 5m bars/);
      await reads(page, '#symbol', 'NVDA');
      await page.getByRole('button', { name: '1h', exact: true }).click();
      await describes(page, /NVDA, \d+ 1h bars; newest 13:00/);
      await page.locator('#zone').selectOption('UTC');
      await describes(page, /newest 18:00/);
      await page.locator('#zone').selectOption('local');
      await describes(page, /newest 19:00/);
      await reads(page, '#fact-time', '19:46:05');
      await page.locator('#feed').selectOption('coins');
      await describes(page, /BTC-USD, \d+ 1h bars/);
      await page.locator('#feed').selectOption('stocks');
      await describes(page, /NVDA/);
    }));

  test('reads days, hours and sessions of the exchange on the axis, or of UTC', async () => {
    let texts = async (): Promise<string[]> => [];
    const before = async ({ page }: Visit) => {
      texts = await watchTexts(page);
    };
    await visiting({ search: '?symbol=AAPL&timeframe=15m', before }, async ({ page }) => {
      const seen = new Set<string>();
      const untilWritten = async (...wanted: string[]) => {
        while (!wanted.every(text => seen.has(text))) for (const text of await texts()) seen.add(text);
      };
      await untilWritten('20 Nov', '09:00', '12:00', '15:00', 'pre', 'regular', 'post');
      expect(seen).not.toContain('18:00');
      await page.keyboard.press('z');
      await untilWritten('18:00', '21:00');
    });
  });

  test('chooses the same by keyboard', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL, \d+ 5m bars/);
      await page.keyboard.press('ArrowDown');
      await describes(page, /NVDA, \d+ 5m bars/);
      await page.keyboard.press('k');
      await describes(page, /AAPL, \d+ 5m bars/);
      await page.keyboard.press('6');
      await describes(page, /AAPL, \d+ 4h bars/);
      await page.keyboard.press('z');
      await reads(page, '#fact-zone', 'UTC');
      await page.keyboard.press('f');
      await describes(page, /BTC-USD, \d+ 4h bars/);
      await page.keyboard.press('f');
      await describes(page, /AAPL/);
      await page.keyboard.press('/');
      await page.keyboard.type('brk');
      await reads(page, '#symbol-count', '1 of');
      await page.keyboard.press('Enter');
      await describes(page, /BRK\.B/);
      expect(await page.locator('#filter').evaluate(filter => filter === document.activeElement)).toBe(false);
    }));

  test('pans, zooms, fetches what is older, and comes back to the newest', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL, 500 5m bars/);
      const before = await pointedWindow(page);
      await page.keyboard.press('ArrowLeft');
      await page.mouse.move(0, 0);
      expect(await pointedWindow(page)).not.toBe(before);
      const chart = page.locator('#chart');
      while (!/AAPL, [6-9]\d\d 5m bars/.test((await chart.getAttribute('aria-label')) ?? ''))
        await page.keyboard.press('Shift+ArrowLeft');
      await page.locator('#newest-button').click();
      await page.locator('#newest-button').waitFor({ state: 'hidden' });
      await page.keyboard.press('-');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.locator('#newest-button').waitFor();
      await page.keyboard.press('End');
      await page.locator('#newest-button').waitFor({ state: 'hidden' });
    }));

  test('keeps a place in the past while new bars come', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await describes(page, /newest 13:45/);
      await page.keyboard.press('Shift+ArrowLeft');
      const before = await pointedWindow(page);
      stocks.advance(10);
      await describes(page, /newest 13:55/);
      await page.mouse.move(0, 0);
      expect(await pointedWindow(page)).toBe(before);
    }));

  test('finds symbols by any part of their name, and watches some, which stand first from then on', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL/);
      await page.locator('#filter').fill('oo');
      await reads(page, '#symbol-list', 'GOOGL');
      await page.locator('#filter').fill('nothing like it');
      await reads(page, '#symbol-count', 'No symbol matches “nothing like it”');
      await page.locator('#filter').press('Escape');
      await reads(page, '#symbol-count', /^\d+ symbols$/);
      await page.getByRole('button', { name: 'Watch TSLA' }).click();
      await page.keyboard.press('w');
      const names = () => page.locator('#symbol-list .name').allTextContents();
      await page.locator('li:has-text("AAPL") .star[aria-pressed="true"]').waitFor();
      expect((await names()).slice(0, 3)).toEqual(['TSLA', 'AAPL', 'SPY']);
      await page.reload();
      await page.locator('li:has-text("AAPL") .star[aria-pressed="true"]').waitFor();
      expect((await names()).slice(0, 3)).toEqual(['TSLA', 'AAPL', 'SPY']);
    }));

  test('reads the same bars as a table', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      await describes(page, /AAPL/);
      await page.getByRole('button', { name: 'Table' }).click();
      await reads(page, '#table-caption', 'AAPL, 5m bars, newest first; times in America/New_York');
      const cells = page.locator('#table-body tr').first().locator('th, td');
      expect((await cells.allTextContents()).slice(0, 1)).toEqual(['Thu 20 Nov 13:45']);
      stocks.advance(5);
      await reads(page, '#table-body', 'Thu 20 Nov 13:50');
      await page.keyboard.press('t');
      await page.locator('#chart').waitFor();
    }));

  test('sees first what was chosen last, and what an address names before that', () =>
    visiting({}, async ({ page, api }) => {
      await describes(page, /SPY, \d+ 5m bars/);
      await page.getByRole('button', { name: /^META/ }).click();
      await page.keyboard.press('3');
      await describes(page, /META, \d+ 15m bars/);
      expect(new URL(page.url()).search).toBe('?feed=stocks&symbol=META&timeframe=15m');
      await page.goto(`${api.url}/`);
      await describes(page, /META, \d+ 15m bars/);
      await page.goto(`${api.url}/?feed=coins&symbol=EUR/USD&timeframe=1m`);
      await describes(page, /EUR\/USD, \d+ 1m bars/);
    }));

  test('sees prices of symbols change with the market', () =>
    visiting(AAPL, async ({ page, stocks }) => {
      const row = page.getByRole('button', { name: /^TSLA/ });
      await row.filter({ hasText: /TSLA\d+\.\d\d[+−]\d+\.\d\d%/ }).waitFor();
      await page.locator('li:has-text("TSLA") path[d^="M"]').waitFor({ state: 'attached' });
      const before = (await row.textContent()) ?? '';
      stocks.advance(5);
      await untilOther(page, 'button.row:has-text("TSLA")', before);
    }));
});
