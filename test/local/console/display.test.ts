/** What is said while a pipeline runs, on a terminal and on a pipe. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { openDisplay } from '../../../local/console/display.ts';
import { Progress } from '../../../local/console/progress.ts';
import { Tally } from '../../../local/tally.ts';

test.each([
  ['a terminal', true],
  ['a pipe', false],
])('nothing that is said on %s moves the cursor, rings the bell or ends the line', (_, isTTY) => {
  const output = Object.assign(new PassThrough(), { isTTY });
  const display = openDisplay({ progress: new Progress(new Tally('stocks')), output, perWindow: true });
  display.say('rollup: gave up: \u009b2J\u0007\u202e');
  display.close();
  expect(output.read().toString()).toContain('rollup: gave up: \ufffd2J\ufffd\ufffd\n');
});
