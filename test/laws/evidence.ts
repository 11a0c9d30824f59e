/** What the bars stream was given in one trial, held against the laws at the moment of each put. */
import type { MinuteBar } from '../../runtime/records/bar.ts';
import type { StreamRecord } from './history.ts';
import { type ExpectedBar, identity } from './oracle.ts';

const MINUTE = 60_000;

/** A law does not hold. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';

  constructor(law: number, message: string) {
    super(`law ${law}: ${message}`);
  }
}

/** A bar as its record reads. */
export type PutBar = ExpectedBar & { readonly final: boolean };

export class Evidence {
  /** By identity the bar of the highest version; of equal versions the final one. */
  readonly highest = new Map<string, PutBar>();
  puts = 0;
  readonly #texts = new Map<string, { bar: PutBar; key: string }>();
  readonly #contents = new Map<string, string>();
  readonly #versionsMustRise: boolean;
  readonly #through = new Map<number, number>();
  readonly #minutes = new Set<string>();

  /** @param versionsMustRise holds where one worker works in order and nothing fails */
  constructor({ versionsMustRise }: { versionsMustRise: boolean }) {
    this.#versionsMustRise = versionsMustRise;
  }

  /** Some worker was given these records. */
  delivered(records: readonly StreamRecord[]): void {
    for (const { content } of records) {
      if (content?.type === 'watermark')
        this.#through.set(content.slot, Math.max(content.through, this.#through.get(content.slot) ?? 0));
      if (content?.type === 'bar') this.#minutes.add(minuteKey(content));
    }
  }

  /** The stream has taken a bar of that slot. */
  put(slot: number, text: string): void {
    this.puts++;
    const { bar, key } = this.#read(text);
    if (bar.final) this.#mayBeFinal(slot, bar, key);
    const known = this.highest.get(key);
    const [version, knownVersion] = [Number(bar['version']), Number(known?.['version'] ?? 0)];
    if (this.#versionsMustRise && version < knownVersion)
      throw new LawBroken(3, `${key} went from version ${knownVersion} back to ${version}`);
    if (version > knownVersion || (version === knownVersion && bar.final)) this.highest.set(key, bar);
  }

  /** The same text is often put again. */
  #read(text: string): { bar: PutBar; key: string } {
    const known = this.#texts.get(text);
    if (known) return known;
    const bar: PutBar = JSON.parse(text, exactVolume);
    const key = identity(String(bar['symbol']), String(bar['timeframe']), Number(bar['start']));
    const { final: _, ...content } = bar;
    this.#oneContent(`${key} version ${bar['version']}`, JSON.stringify(content));
    this.#texts.set(text, { bar, key });
    return { bar, key };
  }

  #oneContent(key: string, content: string): void {
    const known = this.#contents.get(key) ?? content;
    this.#contents.set(key, content);
    if (known !== content) throw new LawBroken(2, `${key} is both ${known} and ${content}`);
  }

  #mayBeFinal(slot: number, bar: PutBar, key: string): void {
    const through = this.#through.get(slot) ?? 0;
    const end = Number(bar['end']);
    const last = minuteKey({ symbol: String(bar['symbol']), start: end - MINUTE });
    if (through >= end || (through >= end - MINUTE && this.#minutes.has(last))) return;
    throw new LawBroken(
      4,
      `${key} is final although no watermark beyond ${new Date(through).toISOString()} has come`,
    );
  }
}

const minuteKey = ({ symbol, start }: Pick<MinuteBar, 'symbol' | 'start'>) => `${symbol} ${start}`;

/** Keeps the digits of the volume, which may be more than a double holds. */
function exactVolume(key: string, value: unknown, context?: { source?: string }): unknown {
  return key === 'volume' ? context?.source : value;
}
