/** What is left in the folder of `--out`: whole lines, of one run. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RecordFiles } from '../../../local/cli/record-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');
const lock = () => join(folder, '.in-use');

describe('a folder of records', () => {
  test('takes lines, and is free again afterwards', () => {
    for (const line of ['{"a":1}', '{"a":2}']) {
      using files = new RecordFiles(folder);
      files.write('bars', [line, line]);
      expect(textOf('bars.ndjson')).toBe(`${line}\n${line}\n`);
    }
    expect(existsSync(lock())).toBe(false);
  });

  test('that another process writes into is refused in one line, and left as it is', () => {
    writeFileSync(join(folder, 'bars.ndjson'), 'theirs\n');
    writeFileSync(lock(), `${process.ppid}\n`);
    expect(() => new RecordFiles(folder)).toThrow(
      `--out '${folder}' is in use by process ${process.ppid}: name another folder`,
    );
    expect(textOf('bars.ndjson')).toBe('theirs\n');
    expect(textOf('.in-use')).toBe(`${process.ppid}\n`);
  });

  test.each([
    ['has died', () => `${spawnSync(process.execPath, ['--version']).pid}\n`],
    ['had the number of this one', () => `${process.pid}\n`],
    ['left nothing readable', () => ''],
  ])('whose process %s is taken over', (_title, content) => {
    writeFileSync(lock(), content());
    using files = new RecordFiles(folder);
    files.write('bars', ['ours']);
    expect(textOf('bars.ndjson')).toBe('ours\n');
    expect(textOf('.in-use')).toBe(`${process.pid}\n`);
  });

  test('that was in use before the machine was started is taken over, whoever has that number now', () => {
    writeFileSync(lock(), `${process.ppid}\n`);
    utimesSync(lock(), 1, 1);
    using _ = new RecordFiles(folder);
    expect(textOf('.in-use')).toBe(`${process.pid}\n`);
  });
});

/** In a process whose files may have 64 blocks of 512 bytes, a disk that is full for every test of this kind. */
function fill(lines: readonly string[]) {
  const module = join(import.meta.dirname, '../../../local/cli/record-files.ts');
  const script = `
    process.on('SIGXFSZ', () => {});
    const { RecordFiles } = await import(${JSON.stringify(module)});
    using files = new RecordFiles(${JSON.stringify(folder)});
    files.onLost(error => console.log(error.message));
    files.write('bars', ['{}']);
    for (let n = 0; n < 3; n++) files.write('minutes', ${JSON.stringify(lines)});
  `;
  const command = `ulimit -f 64; exec '${process.execPath}' --input-type=module -e "$SCRIPT"`;
  return spawnSync('bash', ['-c', command], { env: { ...process.env, SCRIPT: script }, encoding: 'utf8' });
}

describe('files that can take no more', () => {
  test('end with a whole line, and it is said how many they have', () => {
    const line = JSON.stringify({ text: 'x'.repeat(990) });
    const { stdout } = fill(Array.from({ length: 30 }, () => line));
    const whole = textOf('minutes.ndjson').split('\n');
    expect(whole.pop()).toBe('');
    expect(new Set(whole)).toEqual(new Set([line]));
    expect(whole.length).toBeGreaterThan(30);
    expect(stdout).toMatch(
      new RegExp(`cannot be written any more, after ${whole.length} of minutes and 1 of bars: EFBIG`),
    );
  });

  test('and are none are said so, too', () => {
    symlinkSync('/dev/full', join(folder, 'bars.ndjson'));
    using files = new RecordFiles(folder);
    const said: string[] = [];
    files.onLost(({ message }) => said.push(message));
    files.write('minutes', ['a', 'b']);
    files.write('bars', ['c']);
    files.write('minutes', ['d']);
    expect(said).toEqual([expect.stringContaining('after 2 of minutes and 0 of bars: ')]);
    expect(textOf('minutes.ndjson')).toBe('a\nb\n');
  });
});
