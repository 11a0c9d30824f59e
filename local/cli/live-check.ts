/** Asks the vendor whether a key may do what `--live` wants, before anything is started, and says what to do if not. */
import { WebSocket } from 'ws';
import type { Market } from '../../runtime/markets/names.ts';
import { delayedForm, socketUrl } from '../../runtime/vendor/address-names.ts';
import { channelTable, topicOf } from '../../runtime/vendor/channels/table.ts';
import { readFrame } from '../../runtime/vendor/socket/frame.ts';
import { type Ending, meaningOf } from '../../runtime/vendor/socket/statuses.ts';
import { VendorWords } from '../../runtime/vendor/words.ts';
import { UsageError } from '../command-line/option-values.ts';
import type { LiveHost } from './live-host.ts';

export interface LiveQuestion {
  readonly live: LiveHost;
  readonly market: Market;
  readonly apiKey: string;
  /** A symbol that is to be subscribed to, or `*`. */
  readonly symbol: string;
  /** How long the vendor may take to answer, and how long nothing may be refused after it has agreed (wall ms). @default 15 s, 1 s */
  readonly patience?: number;
  readonly settling?: number;
}

const PATIENCE = 15_000;
/** A plan without real-time data is told so right after it was let in. */
const SETTLING = 1_000;

/** Resolves when the key is let in and may have the symbol's minutes. @throws UsageError that says what to do */
export async function checkLive(question: LiveQuestion): Promise<void> {
  const { live, market, patience = PATIENCE } = question;
  const socket = new WebSocket(socketUrl(live.host, market), { handshakeTimeout: patience });
  const gone = new Promise<void>(resolve => socket.once('close', () => resolve()));
  try {
    const refusal = await answerOf(socket, question);
    if (refusal !== undefined) throw new UsageError(`--live: ${refusal}`);
  } finally {
    // One connection a key and market: the ingester's must not be the second.
    socket.close();
    const timer = setTimeout(() => socket.terminate(), SETTLING);
    await gone;
    clearTimeout(timer);
  }
}

/** Why not, or undefined when nothing stands in the way. */
function answerOf(socket: WebSocket, question: LiveQuestion): Promise<string | undefined> {
  const { live, market, apiKey, symbol, patience = PATIENCE, settling = SETTLING } = question;
  const { host } = live;
  const topic = topicOf(channelTable.minutes[market], symbol);
  const words = new VendorWords(apiKey);
  const send = (action: string, params: string) => socket.send(JSON.stringify({ action, params }));
  return new Promise(resolve => {
    const late = setTimeout(
      () => resolve(`${host} does not answer: look at the vendor's status page, or try again`),
      patience,
    );
    const done = (refusal: string | undefined) => {
      clearTimeout(late);
      resolve(refusal);
    };
    socket.on('error', error =>
      done(
        `${host} cannot be reached (${words.text(error.message)}): look at the network and the name of the host`,
      ),
    );
    socket.on('close', () => done(`${host} ends the connection without a word: try again in a minute`));
    socket.on('message', data => {
      for (const status of readFrame(String(data), [], words).statuses) {
        const meaning = meaningOf(status);
        if (meaning.do === 'authenticate') send('auth', apiKey);
        else if (meaning.do === 'subscribe') send('subscribe', topic);
        else if (meaning.do === 'miss one') done(`the plan does not cover ${topic} at ${host}: upgrade it`);
        else if (meaning.do === 'acknowledge') setTimeout(() => done(undefined), settling);
        else if (meaning.do === 'end') done(remedyOf(meaning.ending, question));
      }
    });
  });
}

function remedyOf({ kind, cause }: Ending, { live: { host }, market }: LiveQuestion): string {
  if (/websocket access/i.test(cause))
    return `the plan has no WebSocket for ${market}: upgrade it, or take the vendor's flat files: npm start -- --import FILE`;
  if (/real-?time data/i.test(cause))
    return `the plan has no real-time data of ${host}: name its delayed form, --host ${delayedForm(host)}`;
  if (kind === 'refused')
    return 'the vendor refuses the key in POLYGON_API_KEY: copy it from the vendor’s dashboard again';
  if (kind === 'too many connections')
    return `another connection uses this key for ${market}: end it, or wait a minute until the vendor has noticed that it is gone`;
  return `${host} ended the connection: ${cause}`;
}
