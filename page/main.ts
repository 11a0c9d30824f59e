/** Starts the page: what it is told by its document, and the desk that does the rest. */
import { apiAt } from './api/api.ts';
import { Desk } from './desk.ts';
import { readConfig } from './model/config.ts';

/** The browser's store, where it may be used. */
function keeper(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const told = document.querySelector('meta[name="barflow"]')?.getAttribute('content');
const config = readConfig(told ?? '{}');
new Desk(apiAt('.', config.patienceSeconds * 1_000), config, keeper());
