/** The configuration of the archive, read from its environment variables. */
import type { Alignment } from '../markets/window.ts';
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { archiveEnv, archiveSettings } from './names.ts';

export interface ArchiveConfig extends FeedSettings {
  readonly alignment: Alignment;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly stateTable: string;
  readonly bucket: string;
}

export function archiveConfigIn(env: Environment): ArchiveConfig {
  const { delay, ...feed } = feedSettings(env, archiveSettings);
  return {
    ...feed,
    delay: 1_000 * delay,
    stateTable: env.text(archiveEnv.stateTable, { purpose: 'names the table of the slots’ logs' }),
    bucket: env.text(archiveEnv.bucket, { purpose: 'names the bucket for the files' }),
  };
}
