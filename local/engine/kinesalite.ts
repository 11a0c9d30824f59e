/**
 * Kinesalite, with two costs per record taken out that were four fifths of its work: it converts sequence numbers by
 * slow arithmetic, and its store takes a turn of the event loop for every record read, so that readers starve behind writers.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { fastSequences } from './sequence.ts';

const kinesalitePath = createRequire(import.meta.url).resolve('kinesalite');
const require = createRequire(kinesalitePath);

/** The account-wide shard limit must never stand in a stage's way. */
const SHARD_LIMIT = 100_000;

/** A server whose streams change state at once and live in memory. */
export function createKinesalite(): Server {
  // Must come before the store is loaded: it reads this once.
  const turns = createRequire(require.resolve('memdown')).resolve('./immediate');
  require(turns);
  const loaded = require.cache[turns];
  if (loaded === undefined) throw new Error(`${turns} did not load`);
  loaded.exports = queueMicrotask;
  const sequences = require('./db');
  Object.assign(sequences, fastSequences({ ...sequences }));
  return require(kinesalitePath)({
    createStreamMs: 0,
    deleteStreamMs: 0,
    updateStreamMs: 0,
    shardLimit: SHARD_LIMIT,
  });
}
