/** The page before a server that misbehaves, and names that are meant to hurt it. */
import { expect, test } from '@jest/globals';
import { HOSTILE } from './support/markets.ts';
import type { Fault } from './support/stub-api.ts';
import { describes, inBrowser, picture, reads, type Visit } from './support/visit.ts';

const AAPL = { search: '?symbol=AAPL&timeframe=5m' };

function failing({ api }: Visit): void {
  api.fault = 'failed';
}

inBrowser('before a server that misbehaves, the page', visiting => {
  test('says what is wrong, goes on showing what it has, and heals', () =>
    visiting(AAPL, async ({ page, api, stocks }) => {
      const reasons: Readonly<Record<Exclude<Fault, 'silent' | 'none'>, RegExp>> = {
        busy: /asks for fewer questions/,
        half: /half an answer/,
        failed: /failed \(503\)/,
        forbidden: /does not accept these credentials \(403\)/,
        senseless: /sent what cannot be read: \w+ is no/,
      };
      await describes(page, /newest 13:45/);
      for (const fault of ['busy', 'half', 'failed', 'forbidden', 'senseless'] as const) {
        const shown = await page.locator('#legend-window').textContent();
        api.fault = fault;
        await reads(page, '#banner', reasons[fault]);
        expect(await page.locator('#legend-window').textContent()).toBe(shown);
        api.fault = undefined;
        stocks.advance(5);
        await page
          .locator('#legend-window')
          .filter({ hasNotText: shown ?? '' })
          .waitFor();
        await reads(page, '#connection', 'Live');
        await page.locator('#banner').waitFor({ state: 'hidden' });
      }
    }));

  test('says that it has no answer yet when there never was one, and why', () =>
    visiting({ ...AAPL, before: failing }, async ({ page, api }) => {
      await reads(
        page,
        '#notice',
        /No answer yet.*The server failed \(503\): the table is gone\. Trying again by itself/,
      );
      await picture(page, 'no-answer');
      api.fault = undefined;
      await describes(page, /newest 13:45/);
      await page.locator('#notice').waitFor({ state: 'hidden' });
    }));

  test('says why there is none to ask, and goes on once there is one', () => {
    const before = ({ api }: Visit) => {
      api.fault = 'none';
    };
    return visiting({ ...AAPL, before }, async ({ page, api }) => {
      await reads(page, '#notice', /there is no API/);
      api.fault = undefined;
      await describes(page, /newest 13:45/);
      await page.locator('#notice').waitFor({ state: 'hidden' });
    });
  });

  test('gives up on an answer that takes too long, and asks again', () =>
    visiting({ ...AAPL, patienceSeconds: 0.3 }, async ({ page, api }) => {
      await describes(page, /AAPL/);
      api.fault = 'silent';
      await reads(page, '#banner', /took more than/);
      api.fault = undefined;
      await reads(page, '#connection', 'Live');
    }));

  test('shows what the API says to a symbol that it does not know', () =>
    visiting({ search: '?symbol=NOPE' }, async ({ page }) => {
      await reads(page, '#notice', /NOPE is unknown: the nearest is SPY/);
      await page.keyboard.press('ArrowDown');
      await describes(page, /SPY/);
    }));

  test('takes the first feed when the address names one that is not there', () =>
    visiting({ search: '?feed=bonds&symbol=AAPL' }, async ({ page }) => {
      await describes(page, /AAPL|SPY/);
      expect(await page.locator('#feed').inputValue()).toBe('stocks');
    }));

  test('shows names with markup, quotes or inherited meaning as the text that they are', () =>
    visiting(AAPL, async ({ page }) => {
      await describes(page, /AAPL/);
      for (const name of Object.values(HOSTILE)) {
        await page.locator('#filter').fill(name);
        await page.locator('#filter').press('Enter');
        await page.waitForFunction(shown => document.querySelector('#symbol')?.textContent === shown, name);
        await page.waitForFunction(
          shown => document.querySelector('#chart')?.getAttribute('aria-label')?.includes(`${shown}, `),
          name,
        );
        await page.keyboard.press('w');
      }
      expect(await page.title()).not.toBe('taken');
      expect(await page.locator('img').count()).toBe(0);
      await page.locator('#filter').fill('');
      const names = await page.locator('#symbol-list .name').allTextContents();
      expect(names.slice(0, 4)).toEqual(Object.values(HOSTILE));
    }));
});
