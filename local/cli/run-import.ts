/** `npm start -- --import`: flat files straight into the minutes stream. */
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { Windows } from '../../runtime/markets/window.ts';
import { EventClock, machineClock } from '../../runtime/platform/clock.ts';
import { shareText } from '../console/lines.ts';
import { readFlatFiles } from '../flat-files/flat-file.ts';
import { clockVersions, importRows } from '../flat-files/import.ts';
import { imported } from './followed.ts';
import { type FeedChoice, fileOptions, type Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Run } from './session.ts';

type ImportChoice = Extract<FeedChoice, { kind: 'import' }>;

/** @throws FlatFileError when a file cannot be imported: all are proven good before anything of one is published */
export async function planImport(options: Options, { files, authoritative }: ImportChoice): Promise<Run> {
  const { market, alignment, exit } = options;
  const { rows, summaries } = await readFlatFiles(files, fileOptions(options));

  return async session => {
    const { display, progress, signal } = session;
    for (const line of summaries) display.say(line);
    const settings = { market, alignment, ...imported(market, rows.symbols, exit) };
    const windows = new Windows(calendarOf(market), alignment);
    const { end } = windows.blockOf(rows.last);
    // An import ends with the watermark of its last block, which is from the future while that is not over: here it is.
    const clock = end > Date.now() ? new EventClock({ now: end, speed: 1 }) : machineClock;
    const pipeline = await session.startPipeline({ feeds: [{ settings }], clock });
    const { toRollUp, toKeep, streams } = pipeline.first;
    if (streams === undefined) throw new Error('a feed without minutes takes none');
    const stream = { kinesis: pipeline.engine.kinesis, stream: streams.minutes };
    const versions = authoritative ? { versionOf: clockVersions() } : {};
    const began = performance.now();
    try {
      await importRows(rows, {
        ...{ ...stream, market, windows, ...versions, signal },
        // What only one of them has taken stays in memory for the other.
        room: async () => {
          await toRollUp?.room(signal);
          await toKeep?.room(signal);
        },
        onProgress: published => {
          progress.state = `importing: ${shareText(published, rows.length, performance.now() - began)}`;
        },
      });
      progress.state = 'imported: the last windows close';
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await session.drained();
    if (signal.aborted) {
      display.say('the import was broken off');
      await sayOutcome(pipeline, () => [], display);
      return 0;
    }
    progress.state = 'everything is final';
    if (!exit) {
      display.say('everything is final; Ctrl-C ends');
      await session.ended();
    }
    return sayOutcome(pipeline, () => rows, display);
  };
}
