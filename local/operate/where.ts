/** Which pipeline an operator's command is about: an environment in AWS, or the one on this machine. */
import * as v from 'valibot';
import { asksForHelp, flagsOf } from '../command-line/command-line.ts';
import { wholeOf } from '../command-line/option-values.ts';
import { tell } from '../command-line/tell.ts';
import { OperatorError } from './operator-error.ts';

export type Where =
  | { readonly kind: 'cloud'; readonly environment: string }
  | { readonly kind: 'local'; readonly port: number };

/** Options of one command beside those that say where; all are switches or texts. */
export type Extra = Readonly<
  Record<string, { readonly type: 'boolean' } | { readonly type: 'string'; readonly multiple?: boolean }>
>;

export interface Asked {
  readonly where: Where;
  /** Switches that were given. */
  readonly has: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  /** Of an option that may be repeated. */
  readonly texts: (name: string) => readonly string[];
}

/**
 * Where the command is to look; `--help` shows how it is used and ends it.
 * @throws UsageError or OperatorError that says what was got and what to give
 */
export function readWhere(args: readonly string[], usage: string, extra: Extra): Asked {
  if (asksForHelp(args)) {
    tell(usage);
    process.exit(0);
  }
  const places = { env: { type: 'string' }, local: { type: 'boolean' }, port: { type: 'string' } } as const;
  const values: Readonly<Record<string, unknown>> = flagsOf(args, { ...places, ...extra });
  const { env, local, port } = values;
  if (typeof env === 'string' && local)
    throw new OperatorError('--env and --local exclude each other: give one of them (--help explains them)');
  if (local !== true && typeof env !== 'string')
    throw new OperatorError(
      usage.includes('--local')
        ? 'where? Give --env NAME or --local (--help explains them)'
        : 'where? Give --env NAME (--help explains it)',
    );
  if (typeof env === 'string' && port !== undefined)
    throw new OperatorError('--port goes with --local alone: it is where a pipeline on this machine answers');
  if (typeof env !== 'string' && values['api'] !== undefined)
    throw new OperatorError(
      '--api goes with --env alone: of a pipeline on this machine --port says where it is',
    );
  const range = { fallback: 8080, min: 1, max: 65_535 };
  const where: Where =
    typeof env === 'string'
      ? { kind: 'cloud', environment: env }
      : { kind: 'local', port: wholeOf('port', typeof port === 'string' ? port : undefined, range) };
  return {
    where,
    has: name => values[name] === true,
    text: name => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    texts: name => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

/** What a pipeline on this machine answers about work that it was asked to do: lines to show, and what came of how many pieces. */
export const workSchema = v.object({
  lines: v.array(v.string()),
  found: v.number(),
  done: v.number(),
  left: v.number(),
});

/** Asks the pipeline that runs on this machine. @throws OperatorError when none answers on the port, or something else does */
export async function askLocal<const Schema extends v.GenericSchema>(
  port: number,
  path: string,
  schema: Schema,
  body?: object,
): Promise<v.InferOutput<Schema>> {
  const url = `http://127.0.0.1:${port}${path}`;
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const reply = await fetch(url, request).catch(() => {
    throw new OperatorError(
      `no pipeline answers on port ${port}: start one (npm start), or name its port with --port`,
    );
  });
  const text = await reply.text();
  const failed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ error: v.string() })), text);
  if (failed.success) throw new OperatorError(`the pipeline answers: ${failed.output.error}`);
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (reply.ok && answer.success) return answer.output;
  throw new OperatorError(
    `what answers on port ${port} is no pipeline of this version (${reply.status}): name its port with --port, or start one (npm start)`,
  );
}
