/** How the tasks of an ingester are, as they tell it themselves: in one shape, wherever they run. */
import * as v from 'valibot';

/** What `/ready` answers. */
export const readySchema = v.looseObject({ status: v.string(), reason: v.exactOptional(v.string()) });
/** What `/stats` answers: numbers, texts and more of it. */
export const statsSchema = v.looseObject({});

export interface TaskReport {
  /** What tells the task from others of its service. */
  readonly task: string;
  /** When it told this, ISO 8601. */
  readonly toldAt: string;
  readonly ready: v.InferOutput<typeof readySchema>;
  readonly stats: v.InferOutput<typeof statsSchema>;
}

export interface TaskReports {
  readonly environment: string;
  readonly feed: string;
  /** ISO 8601. */
  readonly at: string;
  /** At least one, whoever is ready first. */
  readonly tasks: readonly TaskReport[];
}

/** Epoch ms that are an instant and no count: of this century. */
const INSTANTS = { from: Date.UTC(2001), to: Date.UTC(2100) };

/** The reports in the order in which they are of interest. */
export function inOrder(tasks: readonly TaskReport[]): TaskReport[] {
  return tasks.toSorted(
    (a, b) => Number(isReady(b)) - Number(isReady(a)) || b.toldAt.localeCompare(a.toldAt),
  );
}

export function isReady({ ready }: TaskReport): boolean {
  return ready.status === 'ready';
}

/** Lines for a terminal: of each task whether it is ready, then every number by where it stands. */
export function taskLines({ environment, feed, at, tasks }: TaskReports): string[] {
  return tasks.flatMap(({ task, toldAt, ready, stats }, index) => {
    const { status, reason } = ready;
    const age = Math.max(0, Math.round((Date.parse(at) - Date.parse(toldAt)) / 1_000));
    const numbers = [...leaves(stats, '')];
    const width = Math.max(0, ...numbers.map(([name]) => name.length));
    return [
      ...(index > 0 ? [''] : []),
      `${environment}, feed ${feed}, task ${task}, ${age} s ago: ${status}${reason === undefined ? '' : `: ${reason}`}`,
      '',
      ...numbers.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()),
    ];
  });
}

/** `feed.state live`: what stands in the stats, each by its path. */
function* leaves(value: object, path: string): Generator<[name: string, value: string]> {
  for (const [key, inner] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0)
      yield* leaves(inner, name);
    else yield [name, shown(inner)];
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Number(value) >= INSTANTS.from && Number(value) < INSTANTS.to)
    return new Date(Number(value)).toISOString();
  return JSON.stringify(value);
}
