/** One feed as the API reads it: its tables, its calendar, and what is remembered of its log. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { calendarWith } from '../../markets/calendar.ts';
import { Windows } from '../../markets/window.ts';
import type { Logger } from '../../platform/logger.ts';
import { type BarPage, BarTable } from '../../tables/bars/bar-table.ts';
import { SymbolRegistry } from '../../tables/bars/symbol-registry.ts';
import { ownerOf } from '../../tables/belonging.ts';
import { ChunkLog } from '../../tables/chunks/chunk-log.ts';
import { SlotReader } from '../../tables/chunks/slot-reader.ts';
import { HaltTable } from '../../tables/lease/halt-table.ts';
import { LeaseItems } from '../../tables/lease/lease-items.ts';
import { LeaseTable } from '../../tables/lease/lease-table.ts';
import { TableMemory } from '../../tables/monitor-memory.ts';
import { SessionTable } from '../../tables/sessions/session-table.ts';
import { Blocks } from './blocks.ts';
import { EventRate } from './event-rate.ts';
import type { FeedConfig } from './feed-config.ts';
import { KeptValues } from './kept.ts';
import { LeaseFollower } from './lease-follower.ts';
import { UncoveredBlocks } from './uncovered-blocks.ts';

/** A session's bars of the whole market are 2 blocks of 64 slots, 170 MB: half of a function of 1 GB. */
const BLOCK_BYTES = 400 * 1024 * 1024;

export interface Feed {
  readonly config: FeedConfig;
  readonly windows: Windows;
  readonly slots: Pick<SlotReader, 'newest' | 'lastBlock' | 'read'>;
  readonly blocks: Pick<Blocks, 'get' | 'next'>;
  readonly uncovered: Pick<UncoveredBlocks, 'has'>;
  readonly bars: BarTable;
  readonly symbols: SymbolRegistry;
  readonly lease: LeaseTable;
  readonly halts: HaltTable;
  readonly sessions: SessionTable;
  readonly follower: LeaseFollower;
  readonly rate: EventRate;
  /** What the monitor remembers. */
  readonly notes: TableMemory;
  /** Previous closes, by symbol and day. */
  readonly closes: KeptValues<number | undefined>;
  /** Last bars in the table, by series and block. */
  readonly lastBars: KeptValues<BarPage>;
  /** Epoch ms. */
  readonly wallClock: () => number;
}

/** For how long a previous close holds, and a last bar that lies behind the newest blocks, ms: what revises one is seen late. */
const [CLOSE_KEPT, LAST_BAR_KEPT] = [60_000, 10_000];
const SERIES = 100_000;

export interface FeedWorld {
  readonly client: DynamoDBClient;
  readonly wallClock: () => number;
  readonly logger: Pick<Logger, 'warn'>;
  /** Of the memory for blocks, what is this feed's. @default all */
  readonly share?: number;
}

export function feedOf(config: FeedConfig, { client, wallClock, logger, share = 1 }: FeedWorld): Feed {
  const owner = ownerOf(config);
  const windows = new Windows(calendarWith(config.market, config.confirmedDays), config.alignment);
  const slots = new SlotReader(client, config.stateTable, owner);
  const log = new ChunkLog(client, config.stateTable, owner);
  const items = new LeaseItems(client, config.leaseTable, config.feed, owner);
  return {
    config,
    windows,
    slots,
    blocks: new Blocks({ log, windows, limit: BLOCK_BYTES * share, wallClock }),
    uncovered: new UncoveredBlocks(slots, wallClock),
    bars: new BarTable(client, config.barsTable, owner),
    symbols: new SymbolRegistry(client, config.barsTable, owner),
    lease: new LeaseTable(items),
    halts: new HaltTable(items),
    sessions: new SessionTable(client, config.sessionsTable, owner, logger),
    follower: new LeaseFollower(),
    rate: new EventRate(),
    notes: new TableMemory(client, config.memoryTable, owner),
    closes: new KeptValues(CLOSE_KEPT, SERIES, wallClock),
    lastBars: new KeptValues(LAST_BAR_KEPT, SERIES, wallClock),
    wallClock,
  };
}
