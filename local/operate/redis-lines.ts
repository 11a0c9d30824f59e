/** What was found in a Redis server, in lines that fit a terminal. */
import { tableLines } from '../console/table.ts';
import type { KeyRow, RedisReport } from './redis-look.ts';

const COLUMNS = 80;
/** A server that keeps all and has so little left refuses the next write soon. */
const NEARLY_FULL = 0.95;

export function redisLines(address: string, ms: number, report: RedisReport): readonly string[] {
  const { product, keys, memory, rows, isPartial } = report;
  const { used, most, policy } = memory;
  const faults = redisFaults(report);
  return [
    `${address}: ${product}, answers in ${ms.toFixed(1)} ms`,
    `memory ${sizeOf(used)} of ${most > 0 ? sizeOf(most) : 'any amount'}${policy && `, ${policy}`}; ${keys} keys`,
    ...(/^allkeys/.test(policy) ? [`${policy} lets it forget any key when memory is short, ours too`] : []),
    '',
    ...(rows.length > 0 ? tableLines(columns, rows, COLUMNS) : ['none of our keys is there']),
    ...(isPartial ? ['there are more keys than were looked at'] : []),
    ...(faults.length > 0 ? ['', ...faults] : []),
  ];
}

/** What keeps the sink from writing. */
export function redisFaults({ isCluster, isReplica, memory, inTheWay }: RedisReport): readonly string[] {
  const { used, most, policy } = memory;
  const isFull = most > 0 && used > NEARLY_FULL * most && policy === 'noeviction';
  const { keys, count } = inTheWay;
  return [
    ...(isCluster ? ['it is one of a cluster: name a server that stands by itself'] : []),
    ...(isReplica ? ['it is a replica, which nobody may write to: name the primary'] : []),
    ...(isFull ? ['its memory is nearly full: give it more (maxmemory), or let it evict keys'] : []),
    ...(count > 0
      ? [
          `${count} in our way, with other content: rename or delete, or use another database`,
          ...keys.map(key => `  ${key}`),
          ...(count > keys.length ? [`  and ${count - keys.length} more`] : []),
        ]
      : []),
  ];
}

const columns = [
  { head: 'keys', text: ({ name }: KeyRow) => name, isLeft: true },
  { head: 'count', text: ({ count }: KeyRow) => `${count}` },
  { head: 'newest (UTC)', text: ({ newest }: KeyRow) => (newest ? timeOf(newest) : ''), isLeft: true },
];

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function sizeOf(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
