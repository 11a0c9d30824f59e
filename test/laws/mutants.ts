/** `npm run mutants [-- --only TEXT --seeds N --trials N]`: applies each mutation to a copy of the code and shows the law that it breaks. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { optionsOf } from '../../local/command-line/command-line.ts';
import { UsageError, wholeOf } from '../../local/command-line/option-values.ts';
import { mutated } from './mutate.ts';
import { mutations } from './mutations.ts';
import { TRIALS } from './plan.ts';

const usage = `Usage: npm run mutants -- [--only TEXT] [--seeds N] [--trials N]
  --only TEXT  only mutations whose names contain it (default: all)
  --seeds N    runs of each (default 1)
  --trials N   histories a run (default ${TRIALS})
  -h, --help   this text
Exit codes: 0 all are killed, 1 one survives, 2 it cannot be run`;

const text = { type: 'string' } as const;
const { chosen, seeds, trials } = optionsOf(usage, { only: text, seeds: text, trials: text }, given => ({
  chosen: mutationsOf(given.only ?? ''),
  seeds: wholeOf('seeds', given.seeds, { fallback: 1, min: 1, max: 1_000 }),
  trials: wholeOf('trials', given.trials, { fallback: TRIALS, min: 1, max: 1e9 }),
}));

/** @throws UsageError when the text names none: a hunt for nothing would prove nothing */
function mutationsOf(only: string): typeof mutations {
  const found = mutations.filter(({ name }) => name.includes(only));
  if (found.length > 0) return found;
  const names = mutations.map(({ name }) => name).join(', ');
  throw new UsageError(`--only '${only}' names none: use a part of ${names}`);
}

/** A mutant may hang; no trial takes so long. */
const TIMEOUT = 240_000;
const root = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'barflow-mutants-'));

/** @returns why the run failed, or undefined when it passed */
function breach(seed: number, histories = trials): string | undefined {
  const laws = ['test/laws/main.ts', '--trials', String(histories), '--seed', String(seed), '--first'];
  const { status, signal, stderr } = spawnSync(process.execPath, laws, {
    cwd: copy,
    encoding: 'utf8',
    timeout: TIMEOUT,
  });
  if (status === 0) return undefined;
  return signal ? `ended by ${signal}` : (/^(?:\S+: )?law \d+:.*|^\w*Error.*/m.exec(stderr)?.[0] ?? stderr);
}

const read = (file: string) => readFileSync(join(copy, file), 'utf8');
const write = (texts: ReadonlyMap<string, string>) => {
  for (const [file, text] of texts) writeFileSync(join(copy, file), text);
};

try {
  for (const part of ['package.json', 'runtime', 'lib', 'local', 'test/laws', 'test/support'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // What fails without a mutation would seem to kill them all.
  const fault = breach(1, 3);
  if (fault !== undefined) throw new UsageError(`the laws do not hold, or do not run, unchanged: ${fault}`);
  let survivors = 0;
  for (const mutation of chosen) {
    const changed = mutated(mutation, read);
    const originals = new Map([...changed.keys()].map(file => [file, read(file)]));
    write(changed);
    for (let seed = 1; seed <= seeds; seed++) {
      const started = performance.now();
      const reason = breach(seed);
      if (reason === undefined) survivors++;
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      console.log(
        `${reason === undefined ? 'SURVIVES' : 'killed  '} ${seconds.padStart(6)} s  ${mutation.name}\n    ${reason ?? `${trials} trials, seed ${seed}`}`,
      );
    }
    write(originals);
  }
  console.log(`${chosen.length} mutants, ${seeds} seeds, ${survivors} survived`);
  if (survivors > 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  rmSync(copy, { recursive: true });
}
