/** How commands read their flags: every one explains itself, and what cannot be followed is said in one line. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { asksForHelp, flagsOf } from '../../../local/command-line/command-line.ts';

const root = join(import.meta.dirname, '../../..');
const flags = {
  speed: { type: 'string' },
  exit: { type: 'boolean' },
  file: { type: 'string', multiple: true },
} as const;
const read = (line: string) => flagsOf(line.split(' '), flags);

function run(
  script: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; errors: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script, ...args], { cwd: root }, (_, out, errors) =>
      resolve({ code: child.exitCode, out, errors }),
    );
  });
}

describe('flags', () => {
  test('are read with what belongs to them', () => {
    expect({ ...read('--speed 5 --exit --file a --file=b') }).toEqual({
      speed: '5',
      exit: true,
      file: ['a', 'b'],
    });
  });

  test('take a number below zero for a value, which they can then refuse', () => {
    expect({ ...read('--speed -1 --file -.5') }).toEqual({ speed: '-1', file: ['-.5'] });
  });

  test.each([
    ['--sped 5', "Unknown option '--sped': use --speed --exit --file --help (--help explains them)"],
    ['-x', "Unknown option '-x': use --speed"],
    ['now', "Unexpected argument 'now': use --speed"],
    ['--speed', "Option '--speed <value>' argument missing: use --speed"],
    ['--speed --exit', "Option '--speed' needs a value: use --speed"],
    ['--exit -1', "Unknown option '-1': use --speed"],
    ['--exit=no', "Option '--exit' does not take an argument: use --speed"],
    ['--speed 5 --speed 6', '--speed is there twice: give it once'],
  ])('%s is refused in one line', (line, answer) => {
    expect(() => read(line)).toThrow(answer);
    expect(() => read(line)).not.toThrow('\n');
  });

  test.each(['-h', '--help', '--sped 5 -h'])('%s asks for help', line => {
    expect(asksForHelp(line.split(' '))).toBe(true);
  });
});

const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const commands = Object.entries(scripts).flatMap(([name, command]) => {
  const script = /^node (?:--\S+ )*(\S+\.ts)$/.exec(command)?.[1];
  return script === undefined ? [] : [{ name, script }];
});

test('there are commands to explain', () => {
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'start',
      'status',
      'redrive',
      'import',
      'repair',
      'alarms:test',
      'cost',
      'laws',
      'mutants',
      'soak',
      'bench',
    ]),
  );
});

test.each(commands)(
  'npm run $name -- -h explains its flags and its exit codes, and ends with 0',
  async ({ name, script }) => {
    const { code, out, errors } = await run(script, '-h');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toMatch(new RegExp(`^Usage: npm (run )?${name}\\b`));
    expect(out).toContain('-h, --help ');
    expect(out).toMatch(/^Exit codes: 0 /m);
  },
);

test('a command that stands by itself answers what it does not know in one line, with 2', async () => {
  const { code, out, errors } = await run('test/laws/mutants.ts', '--mutants', '5');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(errors).toBe(
    "Unknown option '--mutants': use --only --seeds --trials --help (--help explains them)\n",
  );
});
