/** What axe finds on a page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Serious and critical findings of axe, with the elements that they are about. */
export async function findings(page: Page): Promise<string[]> {
  // Past the policy that forbids scripts from elsewhere: through the debugger.
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, 'axe').run(document);
    return violations
      .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }: { id: string; nodes: { target: string[] }[] }) =>
        [id, ...nodes.map(({ target }) => target.join(' '))].join(': '),
      );
  });
}
