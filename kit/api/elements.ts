/** Bars of a page in the text that the stream carries, for a number holds not every volume; and what they say. */
import type { LongerBar, OneMinuteBar } from '../bar.ts';
import { readText } from '../read.ts';

/** A bar as the API has it: of a minute it does not know where it came from. */
export type AskedBar = LongerBar | Omit<OneMinuteBar, 'source'>;

/** The texts of a page's bars, by symbol. @throws SyntaxError for what is no page of bars */
export function barTextsIn(page: string): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  const { bars }: { readonly bars?: unknown } = Object(JSON.parse(page));
  if (!page.startsWith('{"bars":{') || typeof bars !== 'object' || bars === null)
    throw new SyntaxError(`no page of bars: ${page.slice(0, 80)}`);
  let at = '{"bars":{'.length;
  for (const symbol of Object.keys(bars)) {
    const list = page.indexOf('[', at + JSON.stringify(symbol).length) + 1;
    const { elements, end } = elementsFrom(page, list);
    texts.set(symbol, elements);
    at = end + 1;
  }
  return texts;
}

/** @param text of one bar. @throws RangeError for what is none */
export function askedBarIn(text: string): AskedBar {
  const isMinute = text.includes('"timeframe":"1m"');
  // A record must say where its minute came from.
  const reading = readText(isMinute ? `${text.slice(0, -1)},"source":"live"}` : text);
  if (reading.kind !== 'record' || reading.record.type !== 'bar')
    throw new RangeError(`no bar of this version: ${text.slice(0, 120)}`);
  if (reading.record.timeframe !== '1m') return reading.record;
  const { source: _, ...bar } = reading.record;
  return bar;
}

/** The objects of a list that begins at `at`, each as it stands there, and where the list ends. */
function elementsFrom(text: string, at: number): { readonly elements: string[]; readonly end: number } {
  const elements: string[] = [];
  let start = at;
  let isInString = false;
  for (let place = at; place < text.length; place++) {
    const char = text[place];
    if (isInString) {
      if (char === '\\') place++;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '}') {
      elements.push(text.slice(start, place + 1));
      start = place + 2;
    } else if (char === ']') return { elements, end: place + 1 };
  }
  throw new SyntaxError(`a list without an end: ${text.slice(at, at + 80)}`);
}
