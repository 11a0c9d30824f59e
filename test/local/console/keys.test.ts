/** Keys of a terminal: each is handed on, and Ctrl-C stays Ctrl-C. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { type Input, Keys } from '../../../local/console/keys.ts';

test('keys are handed on one by one, Ctrl-C raises its signal, and the terminal is given back', () => {
  const modes: boolean[] = [];
  const stream = new PassThrough();
  const input: Input = Object.assign(stream, {
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
    unref: () => undefined,
  });
  const pressed: string[] = [];
  const raised: string[] = [];
  const keys = new Keys(
    input,
    key => pressed.push(key),
    signal => raised.push(signal),
  );
  stream.emit('data', 'fd\u0003x');
  expect([pressed, raised, modes]).toEqual([['f', 'd', 'x'], ['SIGINT'], [true]]);
  keys[Symbol.dispose]();
  stream.emit('data', 'd');
  expect([pressed.length, modes]).toEqual([3, [true, false]]);
});
