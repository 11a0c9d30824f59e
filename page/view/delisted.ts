/** Below the list of symbols: those of which no bars are expected, where there are any. */
import { listText } from '../model/words.ts';
import { found, mark, write } from './dom.ts';

export function showDelisted(symbols: readonly string[]): void {
  const element = found('delisted', HTMLElement);
  element.hidden = symbols.length === 0;
  mark(element, 'title', symbols.join(', '));
  write(element, `Delisted: ${listText(symbols)}`);
}
