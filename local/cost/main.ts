/** `npm run cost`: what a month costs at most, computed from the templates. */
import { bills, tableOf } from './table.ts';

console.log(tableOf(bills()));
