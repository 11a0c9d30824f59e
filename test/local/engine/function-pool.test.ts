/** Functions that many ask at once: some wait for room, and what still waits at the end is not run any more. */
import { availableParallelism } from 'node:os';
import { expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { FunctionPool } from '../../../local/engine/function-pool.ts';
import { run, until } from './support/running.ts';
import { functionOf, synthesize } from './support/sample-stage.ts';

/** Is asked, and does not answer. */
const SILENT = `
  export const handler = () => {
    console.log('asked');
    return new Promise(() => setInterval(() => {}, 60_000));
  };`;

test('who waits for room when the stage ends is refused, and no thread is started for it', async () => {
  const timeout = Duration.minutes(10);
  const assembly = synthesize(({ pipeline }) => functionOf(pipeline, 'Silent', SILENT, { timeout }));
  const { engine, printed } = await run({ assembly });
  const pool = new FunctionPool(engine.function('Silent'));
  const room = Math.max(2, availableParallelism());
  const asked = Array.from({ length: room + 2 }, () => pool.invoke({}));
  const outcomes = Promise.allSettled(asked);
  await until(() => printed.length === room);
  await engine.stop();
  expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['rejected']));
  await expect(pool.invoke({})).rejects.toThrow('the stage has ended');
  expect(printed).toHaveLength(room);
});
