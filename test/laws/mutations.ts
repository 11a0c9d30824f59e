/** Simplifications that look harmless and are wrong: each one, applied to the code, must break a law. */

export interface Mutation {
  readonly name: string;
  /** Text that stands exactly once in the file, and what takes its place. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

const one = (name: string, file: string, find: string, replace: string): Mutation => ({
  name,
  edits: [{ file, find, replace }],
});

const FOLD = 'runtime/fold/fold.ts';
const MARKS = 'runtime/fold/marks.ts';
const MINUTES = 'runtime/fold/minutes.ts';
const WINDOW = 'runtime/markets/window.ts';
const BATCH = 'runtime/rollup/batch.ts';
const DUE = 'runtime/rollup/due.ts';
const ROLLUP = 'runtime/rollup/rollup.ts';
const SLOT = 'runtime/rollup/slot-work.ts';
const LOG = 'runtime/rollup/slot-log.ts';
const STATE = 'runtime/tables/chunks/logged-block.ts';
const SHARDS = 'test/laws/shards.ts';

/** The ways in which the rules of the roll-up have been tempting to shorten. */
const simplifiedRules: readonly Mutation[] = [
  one(
    'a window has the highest version of its minutes',
    FOLD,
    'version += minuteVersion;',
    'version = Math.max(version, minuteVersion);',
  ),
  one('the last arrival of a minute is kept', MINUTES, "if (minute.version < kept) return 'older';", ''),
  one(
    'sequence numbers do not matter for the low end of the range',
    STATE,
    'if (through > highest && last < before) highest',
    'if (through > highest) highest',
  ),
  one(
    'a batch closes only what its own watermarks name',
    SLOT,
    'Math.min(state.throughBefore(this.#batch.first), first - MINUTE)',
    'first - MINUTE',
  ),
  one(
    'minutes that are delivered again are dropped',
    STATE,
    ".minutes.merge(offset, minute) !== 'older')",
    ".minutes.merge(offset, minute) === 'newer')",
  ),
  {
    name: 'a chunk is appended only when it changes something, and memory is trusted',
    edits: [
      { file: LOG, find: 'head.n + 1);\n      if (this.isClosed', replace: '1);\n      if (this.isClosed' },
      {
        file: SLOT,
        find: 'await this.#append(state, EMPTY);',
        replace: 'this.#views.push({ state, touched: new Map() });',
      },
    ],
  },
  one(
    'watermarks close only windows whose last minute is absent',
    DUE,
    'if (closes > low && closes <= high) yield',
    'if (!state.hasLastMinute(symbol, index) && closes > low && closes <= high) yield',
  ),
  one(
    'a watermark goes only to its own block',
    SLOT,
    'if (current) {',
    'if (current && current.start < 0) {',
  ),
  one(
    'only the own log of a block tells how far the watermark is',
    SLOT,
    'through: Math.max(slotThrough, state.knownThrough()),',
    'through: state.throughBefore(2n ** 200n),',
  ),
  {
    name: 'newer versions with the same content are skipped',
    edits: [
      {
        file: MINUTES,
        find: '    rows[at + VERSION] = minute.version;',
        replace: `    const values = [minute.open, minute.high, minute.low, minute.close];
    const same = kept > 0 && values.every((v, i) => v === rows[at + OPEN + i]) && this.volumeAt(offset) === minute.volume
      && Object.is(rows[at + VWAP], minute.vwap ?? Number.NaN) && Object.is(rows[at + TRADES], minute.trades ?? Number.NaN);
    rows[at + VERSION] = minute.version;`,
      },
      {
        file: MINUTES,
        find: "this.#setVolume(offset, minute.volume);\n    return 'newer';",
        replace: "this.#setVolume(offset, minute.volume);\n    return same ? 'older' : 'newer';",
      },
    ],
  },
  one(
    'open blocks are looked for in memory',
    LOG,
    'const state = await this.load(head.blockStart, head.n + 1);\n      if (this.isClosed',
    `const block = this.#props.windows.blockOf(head.blockStart);
      if (this.#props.cache.get(this.#batch.slot, block).chunks === 0) continue;
      const state = await this.load(head.blockStart, head.n + 1);
      if (this.isClosed`,
  ),
  one(
    'the low end of the range counts watermarks that other blocks got',
    STATE,
    `for (const { through = 0, last } of this.#heads)
      if (through > highest`,
    `for (const { through: own = 0, slotThrough, last } of this.#heads)
      for (const through of [Math.max(own, slotThrough)]) if (through > highest`,
  ),
  {
    name: 'watermarks of an older epoch are ignored',
    edits: [
      {
        file: BATCH,
        find: '    try {\n      const block = blockOf(record, origin, windows);',
        replace: `    if (record.type === 'watermark') {
      const epochs = epochsKnown.get(windows) ?? new Map<number, number>();
      epochsKnown.set(windows, epochs);
      if (record.epoch < (epochs.get(record.slot) ?? 0)) continue;
      epochs.set(record.slot, record.epoch);
    }
    try {
      const block = blockOf(record, origin, windows);`,
      },
      {
        file: BATCH,
        find: 'export function sortEvent(',
        replace:
          '/** Known to all workers. */\nconst epochsKnown = new WeakMap<Windows, Map<number, number>>();\nexport function sortEvent(',
      },
    ],
  },
  {
    name: 'a batch that was given up is put on the stream again',
    edits: [
      {
        file: SHARDS,
        find: 'this.#delivery.invoke(batch))) this.#givenUp',
        replace:
          'this.#delivery.invoke(batch.map(record => ({ ...record, sequence: record.sequence + 1_000_000n }))))) this.#givenUp',
      },
      { file: SHARDS, find: 'if (this.#random.chance(0.05)) await this.#redriveOne();', replace: '' },
    ],
  },
];

/** Every other branch of the roll-up's rules. */
const otherRules: readonly Mutation[] = [
  one('records from the future are believed', BATCH, 'at > arrival + FURTHEST_AHEAD', 'at < 0'),
  one(
    'only watermarks from the future are refused',
    BATCH,
    'if (at > arrival',
    "if (record.type === 'watermark' && at > arrival",
  ),
  one('the last minute of the log is kept', MINUTES, "if (version < kept) return 'older';", ''),
  one('a window that was put is not put again', ROLLUP, '!== folded.version;', '=== 0;'),
  one(
    'bars count as acknowledged before they are',
    ROLLUP,
    '      await putAll(',
    '      for (const bar of part) bar.state.acknowledge(bar.symbol, bar.windowIndex, bar.folded);\n      await putAll(',
  ),
  one(
    'bars of open windows count as final ones that were put',
    ROLLUP,
    'if (final && state.acknowledge(',
    'if (state.acknowledge(',
  ),
  one('an invocation ends while slots are still at work', ROLLUP, 'await Promise.allSettled(work);', ''),
  one('windows close a minute early', STATE, '? end - MINUTE : end;', '? end - MINUTE : end - MINUTE;'),
  one('windows never close early', STATE, '? end - MINUTE : end;', '? end : end;'),
  one(
    'the watermark is not looked for after the appends',
    SLOT,
    'Math.max(this.through, await this.#log.highestThrough())',
    'this.through',
  ),
  one(
    'the walk back ends at any closed block',
    LOG,
    'return last < this.#batch.first && through',
    'return through',
  ),
  one(
    'the walk back ends at a block that has minutes of the batch',
    LOG,
    'if (wasClosed === false) continue;',
    'if (wasClosed === false) return;',
  ),
  one(
    'a block counts as closed by the watermark of its own batch',
    LOG,
    'return last < this.#batch.first && through',
    'return last <= this.#batch.last && through',
  ),
  one(
    'a mark touches only what has one of its own',
    STATE,
    'mark.symbol === undefined ? this.#symbols.keys() : [mark.symbol]',
    'mark.symbol === undefined ? [] : [mark.symbol]',
  ),
  one(
    'marks that are delivered again are dropped',
    STATE,
    "if (marks.merge(offset, mark) === 'older' ||",
    "if (marks.merge(offset, mark) !== 'newer' ||",
  ),
  one(
    'a lost race for a place in the log is taken for won',
    SLOT,
    'await this.#log.catchUp(state);\n      }',
    'return;\n      }',
  ),
];

/** Every branch of the fold. */
const folds: readonly Mutation[] = [
  one('a minute without trades moves the close', FOLD, 'if (minuteUnits === 0 && traded) continue;', ''),
  one(
    'the first minute opens, traded or not',
    FOLD,
    'count === 1 || (minuteUnits > 0 && !traded)',
    'count === 1',
  ),
  one(
    'only traded minutes open',
    FOLD,
    'count === 1 || (minuteUnits > 0 && !traded)',
    'minuteUnits > 0 && !traded',
  ),
  one('the high stays where it opened', FOLD, 'if (minuteHigh > high) high = minuteHigh;', ''),
  one('the low stays where it opened', FOLD, 'if (minuteLow < low) low = minuteLow;', ''),
  one('an unknown average price counts as zero', FOLD, '(rows[at + VWAP] ?? 0)', '(rows[at + VWAP] || 0)'),
  one('an unknown number of trades counts as zero', FOLD, 'rows[at + TRADES] ?? 0', 'rows[at + TRADES] || 0'),
  one(
    'volumes of different scales are added as they are',
    MINUTES,
    'POWERS_OF_TEN[scale - before] ?? 1',
    '1',
  ),
  one(
    'coarse volumes are not brought to the finer scale',
    MINUTES,
    'whole * (POWERS_OF_TEN[this.#scale - scale] ?? 1)',
    'whole',
  ),
  one(
    'volumes beyond a double are added as doubles',
    MINUTES,
    'if (units <= Number.MAX_SAFE_INTEGER)',
    'if (units >= 0)',
  ),
  one(
    'sums beyond a double are taken for exact',
    FOLD,
    'units <= Number.MAX_SAFE_INTEGER',
    'Number.isFinite(units)',
  ),
  one('average prices depend on the unit of volume', FOLD, 'minuteUnits / one', 'minuteUnits'),
  one(
    'large volumes have no average price',
    FOLD,
    'Number.isFinite(units) ? notional / shares : roundedVwap(minutes, from, to)',
    'notional / shares',
  ),
  one(
    'a large volume outlives its correction',
    MINUTES,
    'if (this.#large.size > 0) this.#large.delete(offset);',
    '',
  ),
  one('marked minutes with a bar are uncovered', FOLD, '!minutes.has(offset) && isUncovered', 'isUncovered'),
  one('marks do not make a bar newer', FOLD, 'version += marks.version;', ''),
  one(
    'a mark of the slot overrules newer ones of a symbol',
    MARKS,
    'ownVersion > 0 && ownVersion >= slotVersion',
    'slotVersion === 0',
  ),
  one(
    'a mark of a symbol overrules newer ones of its slot',
    MARKS,
    'ownVersion > 0 && ownVersion >= slotVersion',
    'ownVersion > 0',
  ),
  one('the last arrival of a mark is kept', MARKS, "if (mark.version < kept) return 'older';", ''),
];

/** Every branch of the windows. */
const windows: readonly Mutation[] = [
  one(
    'blocks run on past the end of their session',
    WINDOW,
    'Math.min(start + length, session.end)',
    'start + length',
  ),
  one(
    'the last window of a block is as long as all others',
    WINDOW,
    'Math.min((i + 1) * length, minutes)',
    '(i + 1) * length',
  ),
  one(
    'blocks are four hours long, clock change or not',
    WINDOW,
    "this.calendar.days.wallClock(day, i * minutesIn['4h'])",
    "day.start + i * minutesIn['4h'] * MINUTE",
  ),
  one('a window has the session of its first minute, open or not', WINDOW, 's.name !== CLOSED && ', ''),
  one(
    'minutes touch only windows that begin with theirs',
    WINDOW,
    'w.from <= from && to <= w.to',
    'w.from === from && to <= w.to',
  ),
  one(
    'session windows start on the clock',
    WINDOW,
    'session.start + Math.floor((ms - session.start) / length) * length',
    'Math.floor(ms / length) * length',
  ),
];

/** Every mutation; the first fourteen are the simplified rules. */
export const mutations: readonly Mutation[] = [...simplifiedRules, ...otherRules, ...folds, ...windows];
