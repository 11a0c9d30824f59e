/** Lines to standard output where that is a file: what a disk that fills up makes of them. */

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isFile, LinesToFile } from '../../../../../runtime/ingester/sinks/stdout/lines-to-file.ts';
import { numbered } from '../../support/numbered.ts';

const lineOf = ({ seq }: { readonly seq: number }) => `${seq}:${'x'.repeat(1_000)}`;
const upTo = (count: number) => Array.from({ length: count }, (_, n) => numbered(n));

let folder: string;
const open: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'barflow-lines-'));
});
afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

/** As much as a full disk takes: a pipe that is never waited for, whose reader makes room. */
function tightPlace() {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = opened(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = opened(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let text = '';
  const makeRoom = () => {
    const buffer = Buffer.alloc(1_000_000);
    text += buffer.subarray(0, readSync(reader, buffer)).toString();
    return text;
  };
  return { fd, makeRoom };
}

test('events that a disk has no room for are left, and no line is torn once there is room', async () => {
  const { fd, makeRoom } = tightPlace();
  const outlet = new LinesToFile(fd, lineOf);
  let left: readonly ReturnType<typeof numbered>[] = upTo(300);
  const counts: number[] = [];
  while (left.length > 0) {
    counts.push(left.length);
    const answer = await outlet.write(left);
    expect(answer.error === undefined).toBe(answer.left.length === 0);
    if (left.length === answer.left.length) makeRoom();
    ({ left } = answer);
  }
  await outlet.close();
  expect(counts.length).toBeGreaterThan(2);
  expect(makeRoom().split('\n')).toEqual([...upTo(300).map(lineOf), '']);
});

test('a line that stays torn is told when it ends', async () => {
  const { fd } = tightPlace();
  const outlet = new LinesToFile(fd, lineOf);
  expect((await outlet.write(upTo(300))).left).not.toHaveLength(0);
  await expect(outlet.close()).rejects.toThrow('EAGAIN');
});

test('a full disk is nothing that is over', async () => {
  const fd = opened('/dev/full', constants.O_WRONLY);
  expect(isFile(fd)).toBe(true);
  const events = upTo(2);
  const answer = await new LinesToFile(fd, lineOf).write(events);
  expect(answer).toMatchObject({ left: events, error: { message: expect.stringContaining('ENOSPC') } });
  expect(answer.isGone).toBeUndefined();
});

test('lines go behind what others write to the same file', async () => {
  const path = join(folder, 'f');
  const fd = opened(path, constants.O_WRONLY | constants.O_CREAT);
  const outlet = new LinesToFile(fd, ({ seq }) => `${seq}`);
  await outlet.write([numbered(1)]);
  execFileSync('bash', ['-c', 'echo other >&3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  await outlet.write([numbered(2)]);
  expect(readFileSync(path, 'utf8')).toBe('1\nother\n2\n');
});
