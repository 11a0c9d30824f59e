/** Tells people who do not see the strip when connection, session or alarms change. */
import type { FeedStatus } from '../api/types.ts';
import type { ServerHealth } from '../model/server-health.ts';
import { alarmTitle } from '../model/words.ts';
import { Announcer } from './announcer.ts';

export class Reporter {
  readonly #announcer = new Announcer();
  #told: Readonly<Record<string, string>> | undefined;

  report(server: ServerHealth, feed: FeedStatus | undefined): void {
    if (server.state === 'starting' || (feed === undefined && server.state === 'live')) return;
    const alarms = feed?.alarms.map(({ name }) => alarmTitle(name)).join(', ');
    const now = {
      server: server.state === 'live' ? 'The server answers' : `${server.reason ?? 'The server is gone'}`,
      feed: feed
        ? feed.connection === 'none'
          ? 'There is no feed'
          : `Feed ${feed.feed} is ${feed.connection}`
        : '',
      session: feed ? (feed.isOpen ? `Session ${feed.session}` : 'The market is closed') : '',
      alarms: alarms ? `Alarms: ${alarms}` : 'No alarms',
    };
    // Nothing has changed yet when the page opens.
    if (this.#told)
      for (const [what, text] of Object.entries(now))
        if (text !== this.#told[what]) this.#announcer.say(text);
    this.#told = now;
  }

  say(text: string): void {
    this.#announcer.say(text);
  }
}
