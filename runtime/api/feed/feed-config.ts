/** What the API knows of a feed before it has asked. */
import type { Alignment } from '../../markets/window.ts';
import type { FeedSettings } from '../../platform/feed-settings.ts';

export interface FeedConfig extends FeedSettings {
  readonly alignment: Alignment;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** The slots that hold a symbol of the feed, where its lease does not say which. */
  readonly slots: readonly number[];
  readonly stateTable: string;
  readonly barsTable: string;
  readonly leaseTable: string;
  readonly memoryTable: string;
  readonly sessionsTable: string;
  readonly alarmPrefix: string;
}
