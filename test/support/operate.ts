/** Runs an operator's command as an operator would, in a process of its own and a home without any AWS configuration. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface OperatorResult {
  readonly code: number;
  readonly out: string;
  /** Standard error, without the line's end. */
  readonly errors: string;
}

const OPERATORS = [
  'status',
  'redrive',
  'repair',
  'import',
  'tail',
  'alarms-test',
  'page',
  'redis-check',
] as const;
const RESEARCHERS = ['research', 'sessions'] as const;

/** @param command its file below `local/operate` or `local/research` */
export function operate(
  command: (typeof OPERATORS)[number] | (typeof RESEARCHERS)[number],
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<OperatorResult> {
  const folder = RESEARCHERS.some(each => each === command) ? 'research' : 'operate';
  const script = fileURLToPath(new URL(`../../local/${folder}/${command}.ts`, import.meta.url));
  const env = { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors: errors.trim() }),
    );
  });
}
