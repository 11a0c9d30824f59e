/** `npm run cost`: what a month costs at most, computed from the templates. Exit codes: 0 said, 2 it cannot be followed. */
import { optionsOf } from '../command-line/command-line.ts';
import { bills, leversOf, passingOf, tableOf } from './table.ts';

const usage = `Usage: npm run cost

What a month costs at most, in US dollars, item by item, for feeds of three sizes, what passing events on adds, and what settings save: tables in Markdown.

  -h, --help  this text
Exit codes: 0 said, 2 it cannot be followed`;

optionsOf(usage, {}, () => {
  const all = bills();
  console.log([tableOf(all), passingOf(all), leversOf(all)].join('\n\n'));
});
