/** Publishes flat files into the minutes stream of an environment in AWS. */
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { feedId } from '../../lib/settings/names.ts';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { Windows } from '../../runtime/markets/window.ts';
import { kinesisClient } from '../../runtime/platform/aws.ts';
import { shareText } from '../console/lines.ts';
import { type FlatFileOptions, readFlatFiles } from '../flat-files/flat-file.ts';
import type { FlatRows } from '../flat-files/flat-rows.ts';
import { clockVersions, importRows } from '../flat-files/import.ts';
import type { Deployed } from './deployed.ts';
import { OperatorError } from './operator-error.ts';

/** The roll-up takes no older minutes, ms. */
const LOG_KEPT = 7 * 24 * 3_600_000;
/** Rows between two lines about the progress. */
const OFTEN = 50_000;

export interface CloudImport extends Pick<FlatFileOptions, 'from' | 'to' | 'symbols'> {
  readonly files: readonly string[];
  /** Name of the feed. @default the only one of the environment */
  readonly feed?: string | undefined;
  /** Whether the rows replace what is known of their minutes; else they only fill what is missing. */
  readonly authoritative: boolean;
  /** Whether it is done, and not only said. */
  readonly act: boolean;
  /** Epoch ms. */
  readonly now: number;
  readonly say: (line: string) => void;
}

/** @throws OperatorError when the feed is unknown or not deployed, or when the last block of the files is not over; FlatFileError when one cannot be used */
export async function cloudImport(deployed: Deployed, request: CloudImport): Promise<void> {
  const { files, feed: named, authoritative, act, now, say, ...range } = request;
  const feed = withFeedDefaults(deployed.feedOfMinutes(named));
  const { market, alignment, delay } = feed;
  // A file that cannot be used needs no AWS to say so.
  const { rows, summaries } = await readFlatFiles(files, { market, ...range });
  const windows = new Windows(calendarOf(market), alignment);
  refuseUnfit(rows, windows, now - delay.toMilliseconds());
  for (const line of summaries) say(line);
  const path = `Storage/${feedId(feed)}/Minutes/Stream`;
  const stream = (await deployed.physicalNames([path])).get(path) ?? path;
  if (!act) return say(`give --yes to put them on ${stream}`);
  const kinesis = kinesisClient(deployed.client);
  let said = 0;
  const began = performance.now();
  await importRows(rows, {
    ...{ kinesis, stream, market, windows, signal: new AbortController().signal },
    ...(authoritative && { versionOf: clockVersions() }),
    onProgress: published => {
      if (published < said + OFTEN && published < rows.length) return;
      said = published;
      const share = shareText(published, rows.length, performance.now() - began);
      say(`${published} of ${rows.length} rows are on the stream: ${share}`);
    },
  });
}

/** An import ends with the watermark of its last block, and what is older than the log would end in the quarantine. */
function refuseUnfit(rows: FlatRows, windows: Windows, now: number): void {
  const { end } = windows.blockOf(rows.last);
  const iso = (ms: number) => new Date(ms).toISOString();
  if (end > now)
    throw new OperatorError(
      `the block of the last minute, ${iso(rows.last)}, ends at ${iso(end)}: import it after that, or end before it with --to`,
    );
  if (rows.first < now - LOG_KEPT)
    throw new OperatorError(
      `the first minute, ${iso(rows.first)}, is older than the roll-up's log of 7 days: begin with --from ${iso(now - LOG_KEPT)} or later`,
    );
}
