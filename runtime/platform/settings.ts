/**
 * The settings that units are told by variables, each in one place: its text, variable, limits and default. The comment of
 * a row is what the page of the configuration says. A row is `required` where every feed of an environment must say it.
 */
import { confirmedFaults } from '../markets/confirmed-days.ts';
import { isDate } from '../markets/dates.ts';
import { type ConfirmedDays, confirmedDaysOf, isConfirmedDay } from '../markets/holidays.ts';
import { alignments, type Market, markets } from '../markets/names.ts';
import { amount, choice, fault, flag, word } from './setting.ts';

import { defaultStoreDays, type StoreDays, storeDaysOf, storeFaults, storeTakes } from './store-days.ts';

/** What holds of a feed. */
export const toldSettings = {
  /** Which market's bars it brings. */
  market: choice({
    variable: 'MARKET',
    purpose: 'names the market, whose calendar and sessions hold',
    allowed: markets,
    fallback: 'stocks',
    required: true,
  }),

  /**
   * What the feed is called: the name is part of what resources, parameters, metrics and alarms are called, and tells operators'
   * commands which feed is meant. Feeds of one market need different ones. With another name a feed is another feed: its data stays behind.
   */
  name: word({
    variable: 'FEED',
    purpose: 'names the feed, by which metrics and what is kept in tables are told apart',
    form: /^(?=.{1,31}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/,
    takes: 'at most 31 lower-case letters and digits, in words with a letter first and hyphens between',
    fallback: '',
    otherwise: 'its market',
  }),

  /** Where windows start: on the clock, or anew at every session's open. */
  alignment: choice({
    variable: 'ALIGNMENT',
    purpose: 'says where windows start: on the clock, or anew at every session’s open',
    allowed: alignments,
    fallback: 'clock',
  }),

  /** The most tickers that the vendor's plan allows; of a longer list the first are kept. */
  symbolLimit: amount({
    variable: 'SYMBOLS_LIMIT',
    purpose: 'is how many symbols the plan allows; of a longer list the first are kept',
    min: 1,
    max: 1_000_000,
    whole: true,
    fallback: 1_000_000,
    remark: 'which no plan needs',
  }),

  /** How late the host sends: stocks 15 minutes, futures 10 minutes on the delayed hosts. */
  delay: amount({
    variable: 'FEED_DELAY_SECONDS',
    purpose: 'is how late the feed is',
    min: 0,
    max: 3_600,
    unit: 'seconds',
    fallback: 0,
  }),

  /** How long after a minute's end, and after `delay`, the ingester still waits for its bars before it calls the minute complete. */
  watermarkGrace: amount({
    variable: 'WATERMARK_GRACE_SECONDS',
    purpose: 'is how long after a minute’s end, and after the delay, its watermark waits for bars',
    min: 0,
    max: 300,
    unit: 'seconds',
    fallback: 5,
  }),

  /**
   * What a feed that has never run fetches of the time before it started: the whole session so far, the current 4h block
   * so far, or nothing, in which case the block's minutes so far count as uncovered.
   */
  backfillOnStart: choice({
    variable: 'BACKFILL_ON_START',
    purpose:
      'says what a feed that has never run fetches of the time before: the session, the 4h block, or nothing',
    allowed: ['session', 'block', 'none'],
    fallback: 'block',
  }),

  /** How many requests a second the vendor's plan allows over REST; the free plan allows 5 a minute: 0.08. */
  restRequestsPerSecond: amount({
    variable: 'REST_REQUESTS_PER_SECOND',
    purpose: 'is how many questions a second the plan allows',
    min: 0.01,
    max: 100,
    fallback: 50,
    remark: 'which every paid plan allows',
  }),

  /** Whether the vendor is offered to compress what it sends, which takes fewer bytes and more of the processor; one that does not take the offer sends as ever. */
  compression: flag({
    variable: 'COMPRESSION',
    purpose: 'says whether the vendor is offered to compress what it sends',
    fallback: false,
  }),

  /** Whether windows that are still open are published too, after every minute, as bars that are not final. */
  provisionalBars: flag({
    variable: 'PROVISIONAL_BARS',
    purpose: 'says whether windows that are still open are published too, as bars that are not final',
    fallback: false,
  }),

  /**
   * For how many days finished bars are kept where they can be asked for, by timeframe, from when they were written, such as
   * `{ '5m': 60 }` where the default does not suit; or `false`: nowhere, and the streams alone carry them.
   */
  store: {
    variable: 'STORE_DAYS',
    purpose: 'says for how many days bars are kept, by timeframe',
    takes: storeTakes,
    fallback: defaultStoreDays,
    otherwise: '5m 30 days, 15m and 30m 90 days, 1h and 4h 400 days; so where one is left out, too',
    faults: storeFaults,
    read: storeDaysOf,
    write: (store: StoreDays | false) => JSON.stringify(store),
  },

  /**
   * Days on which the market differs from its calendar's rules, exchange-local, such as an announced day of mourning:
   * `{ '2027-03-05': 'closed', '2027-07-02': '13:00' }` closes one and ends another early, within its regular session; `'as usual'` undoes a rule.
   * All of them must fit into the 4 KiB of variables that a function has, which are some 120, and let the market rest for at most 15 days on end.
   */
  specialDays: {
    variable: 'SPECIAL_DAYS',
    purpose: 'names days that the calendar does not know',
    takes: '`{"2027-03-05":"closed"}`: `closed`, `as usual` or the time of an early close by date',
    fallback: {},
    otherwise: 'none',
    /** @param market whose days they are. @default each day is judged by itself */
    *faults(path: string, got: unknown, market?: Market): Generator<string> {
      if (typeof got !== 'object' || got === null || Array.isArray(got))
        return yield fault(path, got, 'days by date');
      const days: Record<string, string> = {};
      for (const [date, day] of Object.entries(got))
        if (!isDate(date)) yield fault(`a date of ${path}`, date, "dates such as '2027-03-05'");
        else if (!isConfirmedDay(day))
          yield fault(`${path}['${date}']`, day, "'closed', 'as usual' or a time such as '13:00'");
        else days[date] = day;
      if (market !== undefined && markets.includes(market)) yield* confirmedFaults(path, days, market);
    },
    read: confirmedDaysOf,
    write: (days: ConfirmedDays) => JSON.stringify(days),
  },
};

/** The least that a line must matter to be in the log. The logger's library reads the variable by itself. */
export const logLevel = choice({
  variable: 'POWERTOOLS_LOG_LEVEL',
  purpose: 'is the least that a line must matter to be in the log',
  allowed: ['DEBUG', 'INFO', 'WARN', 'ERROR'],
  fallback: 'INFO',
});
export type LogLevel = (typeof logLevel.allowed)[number];

/** A setting that units are told. */
export type SettingName = keyof typeof toldSettings;

/** What a unit is told by each. */
export type SettingValues = {
  readonly [Name in SettingName]: ReturnType<(typeof toldSettings)[Name]['read']>;
};

/** What a feed that has never run backfills when it starts. */
export type BackfillOnStart = SettingValues['backfillOnStart'];
