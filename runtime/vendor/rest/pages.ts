/** Follows an answer of the vendor's REST over its pages: the key goes along with each, so they stay where the first one is. */
import { type Page, Unproven } from './answers.ts';

/** Pages of one answer: a vendor that goes on and on must not keep us. */
const MOST_PAGES = 1_000;

/**
 * The rows of all pages, in the order they came.
 * @param address of the first page. @param ask gets one page
 * @throws Unproven when pages lead elsewhere, in a circle, or on without end
 */
export async function rowsOfPages<Row>(address: URL, ask: (page: URL) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  const asked = new Set<string>();
  for (let url: URL | undefined = address; url; ) {
    if (asked.has(url.href)) throw new Unproven('its pages lead in a circle');
    if (asked.size === MOST_PAGES) throw new Unproven(`it has more than ${MOST_PAGES} pages`);
    asked.add(url.href);
    const page: Page<Row> = await ask(url);
    for (const row of page.rows) rows.push(row);
    url = page.next === undefined ? undefined : nextOf(page.next, address.origin);
  }
  return rows;
}

function nextOf(next: string, origin: string): URL {
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  if (url?.origin === origin) return url;
  throw new Unproven(
    `the next page is at ${url?.origin ?? 'no address'}, not at ${origin}: the key is sent nowhere else`,
  );
}
