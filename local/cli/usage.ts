/** What `npm start -- --help` prints. */
import { alignments, markets } from '../../runtime/markets/names.ts';
import { faults, rehearsals } from '../simulator/rehearsals.ts';

const faultLines = faults.map(name => `  ${name.padEnd(21)} ${rehearsals[name].what}`).join('\n');

export const usage = `Usage: npm start -- [options]

Runs the whole pipeline on this machine, from the same templates that the cloud gets.

What feeds it (one of these; without one, a simulated market):
  --replay FILE         a vendor flat file of minutes through the simulated vendor's socket: CSV, packed by gzip
                        or not, its columns known by name, its rows in any order
  --import FILE         such a file, or one of the archive (minutes in Parquet), straight into the minutes stream, as
                        fast as it goes; may be repeated
    --authoritative     its rows replace whatever is known of their minutes (versions are taken from the clock)
  --live                the vendor's real feed, with the key in POLYGON_API_KEY
    --host H            its host: delayed.massive.com, business.massive.com … (default socket.massive.com)
    --delay S           how late that sends, in seconds (default 900 for a delayed host, futures 600, else 0)
  --seed N              which simulated market (default 1)

Which part of it:
  --from ISO --to ISO   only the minutes that start in [from, to), such as 2013-10-08T13:30:00Z
  --symbols A,B         what to subscribe (default: everything in the file; '*' for all that trades); BTC-USD, X:BTCUSD alike
  --symbols N           that many symbols of the simulated market (default 50)

How:
  --speed N             event time runs N times as fast as the clock (default 60), or as fast as this machine follows:
                        it waits for the pipeline, so that speed makes no bar late
  --market NAME         ${markets.join(', ')} (default stocks)
  --feeds LIST          several simulated feeds at once, in one stage and by one clock: MARKET, MARKET@delayed, either with
                        channels as in MARKET:CHANNEL+CHANNEL (default minutes), with commas between them:
                        stocks:minutes+fmv,stocks@delayed:trades+quotes,crypto,futures; --symbols N of each
    --sinks LIST        where what is passed on goes: events (default), a Kinesis stream of the feed; s3, a bucket that goes
                        with the run; stdout
  --alignment NAME      ${alignments.join(' or ')}: what windows are anchored at (default clock)
  --fault LIST          lets the simulated vendor misbehave, to rehearse the runbook: names as below, each with a start
                        and a length of event time: down@10m+5m,drop@20m (default: after 15m, to the end); of all feeds,
                        or of one: crypto:down@10m

What comes out:
  --out DIR             writes every record of both streams: DIR/minutes.ndjson, DIR/bars.ndjson; of several feeds each
                        in a folder of its name; one run at a time
  --redis URL           the latest of everything into that Redis server, redis://[user:password@]host[:port][/database]:
                        minutes, trades, quotes and fair values as they come, and the day's 5m bars
  --port P              port of the live page and of /status (default 8080); the ingester's status, Kinesis and DynamoDB listen
                        on the next three, those of further feeds after them, unless taken; 0 for any free ones
  --exit                stops when the feed has ended and every bar is final; an import then keeps no bars for page and API
  -h, --help            this text

Faults; in a terminal, key f lists those that have a key:
${faultLines}

Ctrl-C lets what is under way end; a second one does not wait.
Exit codes: 0 done, also after Ctrl-C; 1 a minute was lost or something was quarantined; 2 wrong options, settings or
files, or --out cannot be written any more; 130 ended by Ctrl-C before anything ran, or by a second one.
`;
