/** Process with a research file of its own: writes so many flushes of so many minutes each, says so, and ends with its standard input. */
import { once } from 'node:events';
import { oneMinuteBar } from '../../../../kit/bar.ts';
import { exitCodeOf } from '../../../../local/operate/operator-error.ts';
import { ResearchFile } from '../../../../local/research/research-file.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const [path = '', flushes, minutes] = process.argv.slice(2);

process.exitCode = await exitCodeOf(async () => {
  const calendar = calendarOf('stocks');
  const file = await ResearchFile.open({ path, feed: 'stocks', market: 'stocks', calendar });
  for (let flush = 0; flush < Number(flushes); flush++) {
    for (let offset = 0; offset < Number(minutes); offset++)
      file.take(minuteOf(flush * Number(minutes) + offset));
    await file.flush([{ stream: 'minutes', shards: { 'shardId-0': { after: `${flush + 1}` } } }]);
  }
  console.log('written');
  await once(process.stdin.resume(), 'end');
  await file.end();
  return 0;
});

function minuteOf(offset: number) {
  const start = OPEN + offset * MINUTE;
  return oneMinuteBar({
    ...{
      type: 'bar',
      symbol: 'AAPL',
      start,
      open: 10,
      high: 12,
      low: 9,
      close: 11 + offset / 7,
      volume: '100',
    },
    ...{ session: 'regular', version: start + MINUTE, source: 'live' },
  });
}
