/** Bars followed in a terminal: of the pipeline on this machine and of an account, as lines and as JSON, to a clean end. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { barText } from '../../../kit/bar.ts';
import { type StatusServer, serveStatus } from '../../../local/console/status-server.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { fromOf } from '../../../local/operate/tail-from.ts';
import { TailLines } from '../../../local/operate/tail-lines.ts';
import { encodeMinuteBar } from '../../../runtime/records/encode.ts';
import { bar, type Given, START } from '../../kit/support/bars.ts';
import { LocalKinesis } from '../../kit/support/local-kinesis.ts';
import { operate } from '../../support/operate.ts';
import { FakeAws } from './support/fake-aws.ts';
import { Tailing } from './support/tailing.ts';

const MINUTE_BAR = encodeMinuteBar({
  ...{ type: 'bar', symbol: 'AAPL', start: START, open: 1, high: 3, low: 1, close: 2, volume: '9.5' },
  ...{ session: 'regular', version: 5, source: 'live' },
});

let kinesis: LocalKinesis;
let status: StatusServer;
let port: string;
let bars: string;
let streams = 0;

beforeAll(async () => {
  kinesis = await LocalKinesis.start();
  status = await serveStatus({}, 0);
  ({ port } = new URL(status.url));
});

afterAll(async () => {
  await status.close();
  await kinesis[Symbol.asyncDispose]();
});

afterEach(() => {
  kinesis.trouble = () => undefined;
  Tailing.killAll();
});

/** Streams of a pipeline that runs on this machine. */
async function createStreams(): Promise<void> {
  const minutes = `minutes-${++streams}`;
  bars = `bars-${streams}`;
  await Promise.all([kinesis.create(bars, 1), kinesis.create(minutes, 1)]);
  await kinesis.put(minutes, [{ key: 'AAPL', text: MINUTE_BAR }]);
  const aws = { region: 'us-east-1', kinesis: kinesis.url, streams: { minutes, bars } };
  status.routes = { 'GET /status': () => ({ feed: 'stocks', aws }) };
}

const put = (...given: Given[]) =>
  kinesis.put(
    bars,
    given.map(bar).map(each => ({ key: each.symbol, text: barText(each) })),
  );

test('on this machine, through a reshard and an outage: a line for what is new or newer; Ctrl-C ends it with 0', async () => {
  await createStreams();
  await put(
    { version: 2 },
    { version: 1 },
    { symbol: 'BRK.B', version: 1, final: false },
    { symbol: 'MSFT' },
  );
  const given = ['--port', port, '--from', 'trim_horizon', '--feed', 'stocks'];
  const tail = new Tailing([...given, '--symbol', 'AAPL', '--symbol', 'BRK.B', '--timeframe', '5m']);
  await tail.lines(3);
  await kinesis.reshard(bars, 'split');
  let refusals = 2;
  kinesis.trouble = operation => (operation === 'GetRecords' && refusals-- > 0 ? 'hang up' : undefined);
  await put({ version: 3 }, { symbol: 'BRK.B', version: 2 }, { timeframe: '1h' });
  const [head, ...lines] = await tail.lines(5);
  expect(head).toBe('UTC         symbol            open      high       low     close     volume');
  expect(lines.sort()).toEqual([
    '11-20 14:30 AAPL      5m     212.4    212.99     211.1   212.002    1234567 u',
    '11-20 14:30 AAPL      5m     212.4    212.99     211.1   212.003    1234567 ru',
    '11-20 14:30 BRK.B     5m     212.4    212.99     211.1   212.001    1234567 ~u',
    '11-20 14:30 BRK.B     5m     212.4    212.99     211.1   212.002    1234567 u',
  ]);
  const { code, errors } = await tail.end('SIGINT');
  expect(code).toBe(0);
  expect(errors).toMatch(/^(?:waiting for Kinesis: .*\n)?$/);
});

test('as JSON, minutes too: each record as it stands on the stream; a reader that goes away ends it with 0', async () => {
  await createStreams();
  const long = `{\n  ${barText(bar({ version: 7 })).slice(1)}`;
  await kinesis.put(bars, [{ key: 'AAPL', text: long }]);
  await put({ timeframe: '1h' });
  const tail = new Tailing([
    '--port',
    port,
    '--json',
    '--from',
    'TRIM_HORIZON',
    '--timeframe',
    '1m',
    '--timeframe',
    '5m',
  ]);
  expect((await tail.lines(2)).sort()).toEqual([long.replace('\n  ', ' '), MINUTE_BAR].sort());
  tail.hangUp();
  await put({ version: 8 });
  expect(await tail.end()).toEqual({ code: 0, errors: '' });
});

test('in an account: the streams that the feed has there', async () => {
  const aws = await FakeAws.start();
  try {
    const ids = new Deployed('dev').logicalIds('barflow-dev-Storage');
    bars = ids.find(id => id.startsWith('StocksBarsStream'))?.toLowerCase() ?? '';
    await kinesis.create(bars, 1);
    await put({ version: 4 });
    const variables = { ...aws.variables, AWS_ENDPOINT_URL_KINESIS: kinesis.url };
    const tail = new Tailing(
      ['--env', 'dev', '--feed', 'stocks', '--json', '--from', 'TRIM_HORIZON'],
      variables,
    );
    expect(await tail.lines(1)).toEqual([barText(bar({ version: 4 }))]);
    expect(await tail.end('SIGTERM')).toEqual({ code: 0, errors: '' });
  } finally {
    await aws.stop();
  }
});

test.each([
  [
    ['--from', 'yesterday'],
    "--from 'yesterday' is not allowed: use LATEST, TRIM_HORIZON, or an instant that is over",
  ],
  [
    ['--symbol', 'AAPL', '--symbol', 'AAPL,MSFT'],
    "--symbol 'AAPL,MSFT' is no symbol: use one of 1 to 64 printable characters without spaces and commas, and --symbol again for another",
  ],
  [['--symbol', ''], "--symbol '' is no symbol: use one"],
  [[], 'is still starting: try again in a few seconds'],
])('%j is answered in one line, with 2', async (args, message) => {
  status.routes = { 'GET /status': () => ({ minutes: 0 }) };
  const { code, out, errors } = await operate('tail', [...args, '--port', port]);
  expect({ code, out, lines: errors.split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  expect(errors).toContain(message);
});

test('a feed that the pipeline of this machine does not have is refused with the one that it has', async () => {
  await createStreams();
  expect(await operate('tail', ['--feed', 'gold', '--port', port])).toEqual({
    code: 2,
    out: '',
    errors: `the pipeline on port ${port} has no feed 'gold': name one with --feed, of stocks`,
  });
});

test('begins with what comes next, with the oldest record, or with what arrived from an instant on that is over', () => {
  expect(fromOf(undefined)).toBe('LATEST');
  expect(fromOf('trim_horizon')).toBe('TRIM_HORIZON');
  expect(fromOf('2025-11-20T14:30:07Z')).toEqual(new Date('2025-11-20T14:30:07Z'));
  for (const text of ['', 'yesterday', '2025-02-30T00:00:00Z', '2999-01-01T00:00:00Z'])
    expect(() => fromOf(text)).toThrow(`--from '${text}' is not allowed: use LATEST, TRIM_HORIZON, or`);
});

test('--help says every option and exit code, in lines that a terminal has room for', async () => {
  const { code, out } = await operate('tail', ['--help']);
  expect(code).toBe(0);
  for (const word of [
    '--env',
    '--local',
    '--port',
    '--feed',
    '--symbol',
    '--timeframe',
    '--from',
    '--json',
    'Exit codes: 0',
    '2 ',
  ])
    expect(out).toContain(word);
  expect(out).toContain('~ its window is open; r it was corrected; u the feed was blind');
});

test('a line has room in 80 columns whatever the symbol and the numbers, and gives up prices before it is cut', () => {
  const lines = new TailLines(80);
  const of = (given: Given) => lines.of(bar(given)).at(-1);
  expect(of({ volume: '123456789012.123456789' })).toMatch(/ 123\.46B u$/);
  expect(of({ symbol: 'BTC-USD', volume: '0.123456789012345678' })).toMatch(/ 0\.12345678 u$/);
  const option = of({ symbol: 'O:SPY251219C00650000', volume: '5' });
  expect(option).toBe('11-20 14:30 O:SPY251219C00650000  5m    212.99     211.1   212.001          5 u');
  expect(of({ symbol: 'X'.repeat(64) })?.length).toBe(80);
  const earlier = of({ start: START - 300_000 });
  expect(earlier).toMatch(/^11-20 14:25 .* ru$/);
});
