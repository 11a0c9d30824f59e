/** What is found in a Redis server: what it is, how much memory it has, which of our keys are there, and what is in the way. */
import { ErrorReply } from '@redis/client';
import * as v from 'valibot';
import { keyPrefixes } from '../../runtime/platform/redis/keys.ts';
import type { Send } from '../../runtime/platform/redis/link.ts';
import { run, script } from '../../runtime/platform/redis/script.ts';

/** Keys looked at in one call, and in all: the check ends, however many there are. */
const AT_ONCE = 1_000;
const MOST = 2_000_000;
/** As many keys in the way are named. */
const NAMED = 5;

export interface KeyRow {
  /** `stock:trade`, or a stream's whole name. */
  readonly name: string;
  readonly count: number;
  /** Time of the newest, epoch ms. */
  readonly newest: number | undefined;
}

export interface RedisReport {
  /** `Redis 7.0.15`, or what else it calls itself. */
  readonly product: string;
  readonly isCluster: boolean;
  readonly isReplica: boolean;
  /** Bytes. */
  readonly memory: { readonly used: number; readonly most: number; readonly policy: string };
  /** All keys of the database. */
  readonly keys: number;
  /** Whether there are more than were looked at. */
  readonly isPartial: boolean;
  readonly rows: readonly KeyRow[];
  /** Keys with our names and other content, the first few of them, and how many in all. */
  readonly inTheWay: { readonly keys: readonly string[]; readonly count: number };
}

const NAMES = ['agg1m', 'agg5m', 'fmv', 'trade', 'quote', 'prev_close'];
const STREAMS = ['trades', 'quotes', 'aggregates'].map(name => `stream:realtime:${name}`);

/** ARGV: the cursor; how many keys to look at; names of keys; names of streams. @returns the cursor, and of each of our keys what it is and its time */
const lookAtKeys = script(
  `
local cursor, found = unpack(redis.call('SCAN', ARGV[1], 'COUNT', ARGV[2]))
local rows = {}
local function newestOf(key)
  local isRead, value = pcall(cjson.decode, redis.call('GET', key))
  if not isRead or type(value) ~= 'table' then return nil end
  if type(value.bars) == 'table' then value = value.bars[#value.bars] or {start = 0} end
  return tonumber(value.ts) or tonumber(value.t) or tonumber(value.start)
end
for _, key in ipairs(found) do
  local market, name = string.match(key, '^(%l+):([%l%d_]+):.')
  local kind = redis.call('TYPE', key).ok
  if string.find(ARGV[4], ' ' .. key .. ' ', 1, true) then
    local newest = kind == 'stream' and redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
    local time = newest and string.match(newest[1], '^%d+') or ''
    rows[#rows + 1] = {key, kind == 'stream' and redis.call('XLEN', key) or -1, time, key}
  elseif market and string.find(ARGV[3], ' ' .. market .. ':' .. name .. ' ', 1, true) then
    local time = kind == 'string' and newestOf(key)
    rows[#rows + 1] = {market .. ':' .. name, time and 1 or -1, time and string.format('%.0f', time) or '', key}
  end
end
return {cursor, rows}`,
  isLook,
);

const lookSchema = v.tuple([v.string(), v.array(v.tuple([v.string(), v.number(), v.string(), v.string()]))]);

function isLook(said: unknown): said is v.InferOutput<typeof lookSchema> {
  return v.is(lookSchema, said);
}

/** @throws Error when the server cannot be asked */
export async function lookAt(send: Send): Promise<RedisReport> {
  const told = await infoOf(send);
  const keys = Number(await send(['DBSIZE']));
  const found = await keysOf(send);
  return {
    product: productOf(told),
    isCluster: told.get('cluster_enabled') === '1',
    isReplica: told.get('role') === 'slave',
    memory: {
      used: Number(told.get('used_memory') ?? 0),
      most: Number(told.get('maxmemory') ?? 0),
      policy: told.get('maxmemory_policy') ?? '',
    },
    keys,
    ...found,
  };
}

async function keysOf(send: Send): Promise<Pick<RedisReport, 'rows' | 'inTheWay' | 'isPartial'>> {
  const byName = new Map<string, { count: number; newest: number | undefined }>();
  const inTheWay: string[] = [];
  const ours = Object.values(keyPrefixes).flatMap(prefix => NAMES.map(name => `${prefix}:${name}`));
  const names = [ours, STREAMS].map(each => ` ${each.join(' ')} `);
  let cursor = '0';
  let looked = 0;
  do {
    const [next, rows] = await run(send, lookAtKeys, [], [cursor, `${AT_ONCE}`, ...names]);
    for (const [name, count, time, key] of rows) {
      if (count < 0) inTheWay.push(key);
      else {
        const known = byName.get(name) ?? { count: 0, newest: undefined };
        const newest = time === '' ? known.newest : Math.max(known.newest ?? 0, Number(time));
        byName.set(name, { count: known.count + count, newest });
      }
    }
    cursor = next;
    looked += AT_ONCE;
  } while (cursor !== '0' && looked < MOST);
  const order = [...ours, ...STREAMS];
  const rows = order.flatMap((name): KeyRow[] => {
    const row = byName.get(name);
    return row ? [{ name, ...row }] : [];
  });
  // A key may be met twice while others come and go.
  const distinct = [...new Set(inTheWay)].toSorted();
  return {
    rows,
    isPartial: cursor !== '0',
    inTheWay: { keys: distinct.slice(0, NAMED), count: distinct.length },
  };
}

/** What the server tells of itself; nothing where it may not be asked. */
async function infoOf(send: Send): Promise<ReadonlyMap<string, string>> {
  try {
    const lines = `${await send(['INFO'])}`.split(/\r?\n/);
    return new Map(
      lines.flatMap(line =>
        [...line.matchAll(/^(\w+):(.*)$/g)].map(([, name, value]) => [name ?? '', value ?? ''] as const),
      ),
    );
  } catch (error) {
    if (error instanceof ErrorReply) return new Map();
    throw error;
  }
}

function productOf(told: ReadonlyMap<string, string>): string {
  const [valkey, upstash, redis] = ['valkey_version', 'upstash_version', 'redis_version'].map(name =>
    told.get(name),
  );
  if (valkey) return `Valkey ${valkey}`;
  if (upstash) return `Upstash ${upstash}, which speaks as Redis ${redis ?? ''}`.trim();
  return redis ? `Redis ${redis}` : 'a server that does not tell what it is';
}
