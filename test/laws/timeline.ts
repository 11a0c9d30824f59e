/** When a history's minutes are: around the edges of consecutive blocks, where windows begin, end and are cut. */
import type { Random } from '../support/random.ts';
import type { Oracle } from './oracle.ts';
import type { Plan } from './plan.ts';
import type { Span } from './scenarios.ts';

const MINUTE = 60_000;

/** Minutes (epoch ms) in order, and the blocks that hold them. */
export interface Timeline {
  readonly blocks: readonly Span[];
  readonly minutes: readonly number[];
}

export function timelineOf(plan: Plan, oracle: Oracle, random: Random): Timeline {
  const blocks = consecutiveBlocks(plan, oracle, random);
  const minutes = new Set<number>();
  const around = (edge: number, block: Span) => {
    for (
      let minute = edge - plan.minutesAtEdge * MINUTE;
      minute < edge + plan.minutesAtEdge * MINUTE;
      minute += MINUTE
    )
      if (minute >= block.start && minute < block.end) minutes.add(minute);
  };
  for (const [index, block] of blocks.entries()) {
    if (index > 0) around(block.start, block);
    if (index < blocks.length - 1 || random.chance(0.5)) around(block.end, block);
    const fives = Math.floor((block.end - block.start) / (5 * MINUTE));
    if (index === 0 || random.chance(0.4)) around(block.start + random.below(fives) * 5 * MINUTE, block);
  }
  return { blocks, minutes: [...minutes].toSorted((a, b) => a - b) };
}

/** Blocks that lie wholly in the scenario, for only there its sessions are known. */
function consecutiveBlocks({ scenario, blocks: count }: Plan, oracle: Oracle, random: Random): Span[] {
  const from = scenario.spans.at(0)?.start ?? 0;
  const to = scenario.spans.at(-1)?.end ?? 0;
  const all: Span[] = [];
  for (let at = from; at < to; ) {
    const block = oracle.window(at, '4h');
    if (block.start >= from && block.end <= to) all.push(block);
    at = block.end;
  }
  const first = random.below(Math.max(1, all.length - count + 1));
  return all.slice(first, first + count);
}
