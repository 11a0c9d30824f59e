/** The page as it is built: small, strict about what runs, and with a runbook that has a section for each alarm. */
import { expect, test } from '@jest/globals';
import { buildPage, pageHeaders, sizeOf } from '../../page/build.ts';
import { anchorOf, runbookPage } from '../../page/runbook.ts';

const files = await buildPage({ pollSeconds: 1, runbook: '/book?a="<' });
const textOf = (path: string) => files.find(file => file.path === path)?.body.toString() ?? '';

test('takes at most 70 KB on the way, all in all', () => {
  expect(sizeOf(files, 'brotli')).toBeLessThanOrEqual(70_000);
  expect(sizeOf(files, 'gzip')).toBeGreaterThan(sizeOf(files, 'brotli'));
});

test('runs nothing that is written in the document, and nothing that a text could become', () => {
  expect(pageHeaders['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  for (const path of ['', 'runbook.html']) {
    expect(textOf(path)).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  }
  expect(textOf('page.js')).not.toMatch(/\beval\(|new Function\(/);
});

test('tells the page what differs, however it is spelled', () => {
  expect(textOf('')).toContain('content="{&quot;pollSeconds&quot;:1,');
  expect(textOf('')).toContain('&quot;runbook&quot;:&quot;/book?a=\\&quot;&lt;&quot;');
});

test('keeps the licence of the chart library', () => {
  expect(textOf('page.js')).toContain('TradingView Lightweight Charts');
});

test('has all that the document names', () => {
  const named = [...textOf('').matchAll(/(?:src|href)="([\w.]+)"/g)].map(([, path]) => path);
  expect(named.length).toBeGreaterThan(2);
  for (const path of named) expect(textOf(path ?? '')).not.toBe('');
});

test('the runbook’s sections can be linked to as code hosts do it', () => {
  expect(anchorOf('Feed down')).toBe('feed-down');
  expect(runbookPage()).toContain('<h2 id="uncovered-minutes">Uncovered minutes</h2>');
});
