/** Research files in a folder of a test's own. */
import { afterAll } from '@jest/globals';
import { ResearchFile } from '../../../../local/research/research-file.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { valuesOf } from '../../../support/duck-db.ts';
import { Folder } from '../../../support/folder.ts';

export const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

export const about = { feed: 'stocks', market: 'stocks', calendar: calendarOf('stocks') };
let files = 0;
/** Of a file that is not there yet. */
export const newPath = () => `${folder.path}/${files++}.duckdb`;
export const open = (path: string) => ResearchFile.open({ ...about, path });
export const ask = (path: string, sql: string) => valuesOf(sql, path);

/** Runs `work` on an opened file and closes it, as if the process was killed then. */
export async function within(path: string, work: (file: ResearchFile) => Promise<unknown>): Promise<void> {
  const file = await open(path);
  try {
    await work(file);
  } finally {
    file.close();
  }
}
