/** A person's visit to the page: a browser, the page in it, and what stands behind it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildPage, type PageFile } from '../../../page/build.ts';
import { programNamed } from '../../support/programs.ts';
import { skipped } from '../../support/skipped.ts';
import { coins, stocks } from './markets.ts';
import type { ScriptedMarket } from './scripted-market.ts';
import { StubApi } from './stub-api.ts';

export interface Visit {
  readonly page: Page;
  readonly api: StubApi;
  readonly stocks: ScriptedMarket;
  readonly coins: ScriptedMarket;
  /** What the browser's console complained of, but for answers that did not come. */
  readonly complaints: readonly string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** What stands behind the page's address. */
  readonly search?: string;
  /** Event time at which the visit begins. */
  readonly now?: number;
  /** How long the page waits for an answer. @default longer than any test */
  readonly patienceSeconds?: number;
  /** Before the page is opened. */
  readonly before?: (visit: Visit) => void | Promise<void>;
}

export type Visiting = (options: VisitOptions, visit: (visit: Visit) => Promise<void>) => Promise<void>;

/** By Debian's name, and by Ubuntu's. */
const CHROMIUM = process.env['CHROMIUM'] ?? programNamed('chromium') ?? programNamed('chromium-browser');
const NO_BROWSER = 'there is no chromium here to look at the page with, nor does CHROMIUM name one';
/** Pictures and measurements for people; git does not keep them. */
export const RESULTS = join(import.meta.dirname, '../../../test-results');
export const WIDE = { viewport: { width: 1440, height: 860 } };
export const NARROW = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };

function launched(executablePath: string): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'];
  return chromium.launch({ executablePath, args });
}

/** Opens a page of a browser of its own; where there is no browser it says so. */
export async function withPage(
  look: (page: Page, complaints: readonly string[]) => Promise<void>,
): Promise<void> {
  if (CHROMIUM === undefined) return skipped(NO_BROWSER);
  const browser = await launched(CHROMIUM);
  try {
    const page = await (await browser.newContext({ locale: 'en-GB', ...WIDE })).newPage();
    await look(page, heard(page));
  } finally {
    await browser.close();
  }
}

/** What the console complains of from now on, but for answers that did not come. The test's own limit is the only one. */
function heard(page: Page): readonly string[] {
  page.setDefaultTimeout(0);
  const complaints: string[] = [];
  page.on('console', message => {
    // The browser itself reports every answer that is missing or refused.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  return complaints;
}

/** Tests with a browser; where there is none, one that says so. */
export function inBrowser(name: string, suite: (visiting: Visiting) => void): void {
  if (CHROMIUM === undefined) {
    test(`${name}: not looked at, for there is no chromium here`, () => skipped(NO_BROWSER));
    return;
  }
  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launched(CHROMIUM);
    });
    afterAll(() => browser.close());
    suite((options, visit) => pay(browser, options, visit));
  });
}

/** Built once for each kind. */
const pages = new Map<number, Promise<readonly PageFile[]>>();

function pageFor(patienceSeconds: number): Promise<readonly PageFile[]> {
  const page =
    pages.get(patienceSeconds) ?? buildPage({ pollSeconds: 0.2, wholeSeconds: 1, patienceSeconds });
  pages.set(patienceSeconds, page);
  return page;
}

async function pay(
  browser: Browser,
  { search = '', now, before, patienceSeconds = 600, ...context }: VisitOptions,
  visit: (visit: Visit) => Promise<void>,
): Promise<void> {
  const files = await pageFor(patienceSeconds);
  const [american, coined] = [stocks(now), coins(now)];
  await using api = new StubApi([american, coined], files);
  await api.start();
  const person = await browser.newContext({
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ...WIDE,
    ...context,
  });
  try {
    const page = await person.newPage();
    const complaints = heard(page);
    const all = { page, api, stocks: american, coins: coined, complaints };
    await before?.(all);
    await page.goto(`${api.url}/${search}`);
    await visit(all);
    expect(complaints).toEqual([]);
  } finally {
    await person.close();
  }
}

/** Waits until the element says so. */
export async function reads(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text, visible: true }).first().waitFor();
}

/** Waits until the chart's own description says so. */
export async function describes(page: Page, pattern: RegExp): Promise<string> {
  const chart = page.locator('#chart');
  await page.waitForFunction(
    source => new RegExp(source).test(document.querySelector('#chart')?.getAttribute('aria-label') ?? ''),
    pattern.source,
  );
  return (await chart.getAttribute('aria-label')) ?? '';
}

/** Keeps a picture for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, `${name}.png`) });
}

export async function note(name: string, text: string): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, name), text);
}
