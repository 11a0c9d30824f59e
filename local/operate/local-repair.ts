/** Repairs the slots of the pipeline on this machine. */
import * as v from 'valibot';
import { feedId } from '../../lib/settings/names.ts';
import type { Engine } from '../engine/engine.ts';
import { askedMinutesFeed, type NamedFeed } from './asked-feed.ts';
import { repairSlots } from './slot-repair.ts';

/** What `npm run repair -- --local` asks of a running pipeline. */
const repairRequest = v.strictObject({ act: v.boolean(), feed: v.optional(v.string()) });

export interface LocalRepairProps {
  readonly engine: Engine;
  readonly feeds: readonly NamedFeed[];
  /** Epoch ms of event time. */
  readonly now: number;
}

/** @returns the lines to show and what came of it. @throws Error when the request is not one */
export async function localRepair(request: unknown, { engine, feeds, now }: LocalRepairProps) {
  const { act, feed } = v.parse(repairRequest, request);
  const id = feedId(askedMinutesFeed(feeds, feed, 'it'));
  const lines: string[] = [];
  const result = await repairSlots({
    client: engine.dynamodb,
    table: engine.table(`${id}/State`).name,
    now,
    restart: () => engine.mapping(`${id}/Rollup/Function`).kill(),
    act,
    say: line => lines.push(line),
  });
  return { lines, ...result };
}
