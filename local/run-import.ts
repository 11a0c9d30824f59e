/** `npm start -- --import`: flat files straight into the minutes stream. */

import { calendarOf } from '../runtime/bars/calendar.ts';
import { Windows } from '../runtime/bars/window.ts';
import { minuteText } from './console/lines.ts';
import { readFlatFile } from './feed/flat-file.ts';
import type { FlatRow, FlatRows } from './feed/flat-rows.ts';
import { importRows } from './import.ts';
import { fileOptions, type Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Session } from './session.ts';

export async function runImport(options: Options, session: Session): Promise<number> {
  const { market, alignment, feed } = options;
  if (feed.kind !== 'import') throw new TypeError(`${feed.kind} is not an import`);
  // Every file is proven good before anything of the first is published.
  const files: FlatRows[] = [];
  for (const file of feed.files) files.push(await readFlatFile(file, fileOptions(options)));
  const symbols = [...new Set(files.flatMap(rows => rows.symbols))];

  const { display, progress } = session;
  const pipeline = await session.startPipeline({ feed: { market, alignment, symbols } });
  const windows = new Windows(calendarOf(market), alignment);
  progress.state = 'importing';
  try {
    for (const [index, rows] of files.entries()) {
      display.say(
        `${feed.files[index]}: ${rows.length} rows, ${minuteText(rows.first)} to ${minuteText(rows.last)} UTC`,
      );
      await importRows(rows, {
        kinesis: pipeline.engine.kinesis,
        stream: pipeline.minutes,
        market,
        windows,
        ...(feed.authoritative ? { versionOf: clockVersions() } : {}),
        signal: session.signal,
      });
    }
  } catch (error) {
    if (!session.signal.aborted) throw error;
    display.say('the import was broken off; what was published so far stands');
    await sayOutcome(pipeline, [], display);
    return 0;
  }
  await pipeline.engine.drained();
  progress.state = 'everything is final';
  if (!options.exit) {
    display.say('everything is final; Ctrl-C ends');
    await session.ended();
  }
  return sayOutcome(
    pipeline,
    files.flatMap(rows => [...rows]),
    display,
  );
}

/** Versions from the clock, rising with every row, so that these rows replace whatever is known of their minutes. */
function clockVersions(): (row: FlatRow) => number {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
}
