/** Takes watermarks from the future out of the roll-up's logs: with one of them a slot counts as finished up to then. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FURTHEST_AHEAD } from '../../runtime/records/check.ts';
import { slots } from '../../runtime/records/slot.ts';
import type { ChunkHead } from '../../runtime/tables/chunks/chunk-item.ts';
import { ChunkLog } from '../../runtime/tables/chunks/chunk-log.ts';
import { ChunkRepair } from '../../runtime/tables/chunks/chunk-repair.ts';

export interface SlotRepair {
  readonly client: DynamoDBClient;
  /** Name of the state table. */
  readonly table: string;
  /** The present, epoch ms. */
  readonly now: number;
  /** Resolves once no worker of the roll-up remembers anything. */
  readonly restart: () => Promise<void>;
  /** Whether to act, or only to say what there is. */
  readonly act: boolean;
  readonly say: (line: string) => void;
}

/** A slot with chunks that speak of the future. */
interface Finding {
  readonly slot: number;
  /** The highest watermark that may be believed, and the highest that may not; 0 when there is none. */
  readonly own: number;
  readonly ahead: number;
  readonly chunks: readonly ChunkHead[];
}

/** A worker that still remembers may write what was just taken out. */
const ROUNDS = 5;
const PAGE = 1_000;

/** @returns how many chunks there were, were mended, and are left */
export async function repairSlots(options: SlotRepair) {
  const latest = options.now + FURTHEST_AHEAD;
  let findings = await findingsIn(options, latest);
  for (const finding of findings) options.say(lineOf(finding, latest));
  const found = chunksIn(findings);
  if (!options.act) return { found, done: 0, left: found };
  for (let round = 0; round < ROUNDS && findings.length > 0; round++) {
    for (const finding of findings) for (const chunk of finding.chunks) await mend(chunk, finding, options);
    await options.restart();
    findings = await findingsIn(options, latest);
  }
  const left = chunksIn(findings);
  return { found, done: Math.max(0, found - left), left };
}

const chunksIn = (findings: readonly Finding[]) =>
  findings.reduce((sum, { chunks }) => sum + chunks.length, 0);

async function findingsIn({ client, table }: SlotRepair, latest: number): Promise<Finding[]> {
  const log = new ChunkLog(client, table);
  const { signal } = new AbortController();
  const findings: Finding[] = [];
  for (const slot of slots) {
    const chunks: ChunkHead[] = [];
    let [own, ahead] = [0, 0];
    let isAll = false;
    for (let before: ChunkHead | undefined; !isAll; ) {
      const page = await log.heads(slot, before, PAGE, signal);
      for (const head of page.heads) {
        for (const through of [head.through ?? 0, head.slotThrough])
          if (through > latest) ahead = Math.max(ahead, through);
          else own = Math.max(own, through);
        if (speaksOfTheFuture(head, latest)) chunks.push(head);
      }
      before = page.heads.at(-1);
      isAll = page.isAll || before === undefined;
    }
    if (chunks.length > 0) findings.push({ slot, own, ahead, chunks });
  }
  return findings;
}

function speaksOfTheFuture({ blockStart, through = 0, slotThrough }: ChunkHead, latest: number): boolean {
  return blockStart > latest || through > latest || slotThrough > latest;
}

function lineOf({ slot, own, ahead, chunks }: Finding, latest: number): string {
  const iso = (ms: number) => (ms === 0 ? 'nowhere' : new Date(ms).toISOString());
  const blocks = chunks.filter(({ blockStart }) => blockStart > latest).length;
  const inBlocks = blocks === 0 ? '' : `, ${blocks} of them in blocks that have not come`;
  return `slot ${slot}: ${chunks.length} chunks speak of the future${inBlocks}: through ${iso(ahead)}; it is ${iso(own)}`;
}

/** A block that has not come has no minutes: what stands there goes. Of any other chunk only the watermark is wrong. */
async function mend(chunk: ChunkHead, { own }: Finding, { client, table, now }: SlotRepair): Promise<void> {
  const latest = now + FURTHEST_AHEAD;
  const repair = new ChunkRepair(client, table);
  if (chunk.blockStart > latest) await repair.takeOut(chunk);
  else await repair.correct(chunk, { slotThrough: own, hasOwn: (chunk.through ?? 0) <= latest });
}
