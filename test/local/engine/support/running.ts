/** Engines that a test starts: stopped when it ends, whatever comes. */
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, afterEach } from '@jest/globals';
import { type Engine, startEngine } from '../../../../local/engine/engine.ts';
import type { EngineOptions } from '../../../../local/engine/engine-options.ts';
import { removeScratch, scratch } from './sample-stage.ts';

const running = new Set<Engine>();

afterEach(async () => {
  for (const engine of running) await engine.stop();
  running.clear();
});

afterAll(removeScratch);

/** What the engine said, and the engine. */
export interface Run {
  readonly engine: Engine;
  /** Lines that the engine said. */
  readonly said: string[];
  /** Lines that functions and tasks printed, as `<source> <line>`. */
  readonly printed: string[];
  readonly folder: string;
}

/** Starts stage `test` of `assembly`, or deploys it over what runs. */
export async function run(
  options: Partial<EngineOptions> & Pick<EngineOptions, 'assembly'>,
  over?: Engine,
): Promise<Run> {
  const said: string[] = [];
  const printed: string[] = [];
  const folder = scratch();
  const all = {
    ...{ stage: 'test', folder, say: (line: string) => said.push(line) },
    // What waits on a stream is delivered before the engine is there to be asked.
    onLog: (source: string, line: string) => void printed.push(`${source} ${line}`),
    ...options,
  };
  const engine = await startEngine(all, over);
  running.add(engine);
  return { engine, said, printed, folder };
}

/** Puts one record per text to a stream, the text as its partition key unless `key` says another. */
export async function put(
  engine: Engine,
  stream: string,
  texts: readonly string[],
  key?: string,
): Promise<void> {
  const Records = texts.map(text => ({ Data: Buffer.from(text), PartitionKey: key ?? text }));
  await engine.kinesis.send(new PutRecordsCommand({ StreamName: engine.stream(stream).name, Records }));
}

/** Resolves once `holds` is true; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}
