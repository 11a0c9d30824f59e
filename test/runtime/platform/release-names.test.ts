/** The release that everything says it is of is the one that the packages are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { version } from '../../../runtime/platform/release-names.ts';

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'));

test('what runs, the packages and the lock file are of one release', () => {
  const lock = read('package-lock.json');
  const all = [read('package.json'), read('kit/package.json'), lock, lock.packages['']];
  expect(all.map(each => each.version)).toEqual(all.map(() => version));
});
