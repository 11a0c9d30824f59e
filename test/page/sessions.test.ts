/** The panel of the last sessions: what happened in each, and what it says where nothing is known. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findings } from './support/axe.ts';
import { lastSessions, sessionOn } from './support/sessions.ts';
import { describes, inBrowser, picture, reads, type Visit } from './support/visit.ts';

const AAPL = { search: '?symbol=AAPL&timeframe=5m', reducedMotion: 'reduce' } as const;

function eventful({ stocks }: Visit): void {
  stocks.sessions = lastSessions;
}

/** Rows as a person reads them, cell by cell. */
function rows(page: Page): Promise<string[][]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#sessions-body tr')].map(row =>
      [...row.children].map(({ textContent }) => textContent ?? ''),
    ),
  );
}

async function look(page: Page): Promise<void> {
  await page.locator('#sessions-button').click();
  await page.locator('#sessions').waitFor();
}

inBrowser('the panel of the last sessions', visiting => {
  test.each([
    ['wide', { width: 1280, height: 800 }],
    ['narrow', { width: 400, height: 844 }],
  ])('tells what happened in each, in either theme: %s', (name, viewport) =>
    visiting({ ...AAPL, viewport, before: eventful }, async ({ page, stocks }) => {
      await describes(page, /AAPL, \d+/);
      await look(page);
      await reads(page, '#sessions-note', 'The latest first; times in America/New_York');
      const [open, pre, yesterday, holiday, lastYear] = await rows(page);
      expect(open).toEqual(['Thu 20 Nov', 'regular, open', '09:30–13:44', '8,704', '41', '0', '0', '0', '0']);
      const causes = '2 × closed by the server (1011)\n1 × nothing came for 35 s';
      expect(pre).toEqual([
        'Thu 20 Nov',
        'pre',
        '04:00–09:29',
        '5,127',
        '12',
        '96',
        '23',
        causes,
        '1 taken over',
      ]);
      expect(yesterday?.slice(3, 5)).toEqual(['4,294,967', '1,204,117']);
      expect(yesterday?.at(-1)).toBe('1 handed over');
      expect(holiday?.slice(0, 3)).toEqual(['Tue 18 Nov', 'closed, holiday', '–']);
      expect(lastYear?.[0]).toBe('Tue 31 Dec 2024');
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await picture(page, `sessions-${name}-${colorScheme}`);
        expect(await findings(page)).toEqual([]);
      }
      const isWithin = () => {
        const panel = document.querySelector('#sessions');
        return panel !== null && panel.scrollWidth <= panel.clientWidth;
      };
      expect(await page.evaluate(isWithin)).toBe(true);
      // It goes on while somebody looks.
      stocks.sessions = [sessionOn('2025-11-21'), ...lastSessions];
      await reads(page, '#sessions-body', 'Fri 21 Nov');
      await page.locator('#close-sessions').click();
      await page.locator('#sessions').waitFor({ state: 'hidden' });
    }),
  );

  test('says that it loads, that none is on record yet, and what keeps an answer from coming', () =>
    visiting(AAPL, async ({ page, api, stocks }) => {
      await describes(page, /AAPL, \d+/);
      api.fault = 'silent';
      await page.keyboard.press('s');
      await reads(page, '#sessions-note', 'Loading.');
      await picture(page, 'sessions-loading');
      await page.keyboard.press('Escape');
      api.fault = undefined;
      await page.keyboard.press('s');
      await reads(page, '#sessions-note', 'No session is on record yet.');
      await picture(page, 'sessions-empty');
      expect(await page.locator('#sessions-table').isVisible()).toBe(false);
      stocks.sessions = lastSessions;
      await reads(page, '#sessions-body', 'Thu 20 Nov');
      api.fault = 'failed';
      await reads(
        page,
        '#sessions-note',
        'The server failed (503): the table is gone. Trying again by itself.',
      );
      await picture(page, 'sessions-failed');
      expect(await rows(page)).toHaveLength(lastSessions.length);
      api.fault = undefined;
      await reads(page, '#sessions-note', 'The latest first');
    }));

  test('follows the choice of feed and zone, knows an API of an earlier release, and asks for nothing once it is closed', () =>
    visiting({ ...AAPL, before: eventful }, async ({ page, api, coins }) => {
      coins.sessions = undefined;
      await describes(page, /AAPL, \d+/);
      await look(page);
      await reads(page, '#sessions-body', 'Thu 20 Nov');
      await page.keyboard.press('f');
      await reads(page, '#sessions-title', 'Sessions of coins');
      const unknown = 'No record of sessions. The server has no such answer: it runs an earlier release.';
      await reads(page, '#sessions-note', unknown);
      await picture(page, 'sessions-unknown');
      // All else is well.
      await reads(page, '#connection', 'Live');
      expect(await page.locator('#banner').isVisible()).toBe(false);
      coins.sessions = [sessionOn('2025-11-19', { firstMinute: undefined, lastMinute: undefined })];
      await reads(page, '#sessions-body', 'Wed 19 Nov');
      await page.keyboard.press('f');
      await reads(page, '#sessions-title', 'Sessions of stocks');
      await page.keyboard.press('z');
      await reads(page, '#sessions-body', '14:30–18:44');
      await page.keyboard.press('s');
      await page.locator('#sessions').waitFor({ state: 'hidden' });
      const asked = () => api.asked.filter(question => question.includes('/v1/sessions'));
      const before = asked().length;
      const others = api.asked.length;
      while (api.asked.length < others + 20) await page.waitForTimeout(20);
      expect(asked().length - before).toBeLessThanOrEqual(1);
    }));
});
