/** What a channel of a feed is to its connection: the topics that it wants, and what it makes of its events. */
/** An event of the vendor's as it was parsed. */
export type Fields = Readonly<Record<string, unknown>>;

/** A channel's events of one frame, in the order of the frame. */
export interface Events {
  readonly fields: readonly Fields[];
  /** Where each stands in the frame. @default the frame holds nothing else */
  readonly places?: readonly number[];
}

/** What a channel makes of its events of one frame. */
export interface Reading<Told> {
  /** For whoever takes the channel. */
  readonly told: Told;
  /** Whether it proves that the feed is alive: what has to be refused is no sign of life. */
  readonly isAlive: boolean;
}

export interface Channel<Told> {
  /** What its topics begin with, and the kinds (`ev`) of its events. */
  readonly kinds: readonly string[];
  /** What is to be subscribed to from now on, without repetitions. @param at the present (epoch ms) */
  topics(at: number): readonly string[];
  /** Whether one of these topics brings something every minute of a regular session. */
  isSteady(topics: ReadonlySet<string>): boolean;
  /** The events of a frame of nothing else, sooner than `JSON.parse` gives them; undefined for any other text. @default none */
  quick?(text: string): readonly Fields[] | undefined;
  /** @param events at least one. @param text the frame as it came, of which `ElementTexts` gives each event's own */
  read(events: Events, text: string): Reading<Told>;
}

/** Where channels count what they meet. */
export interface Counts {
  /** Events that the feed was asked for. */
  events(kind: string, count: number): void;
  /** What is not used. @param sample the text it was found in, as it came */
  oddity(kind: string, sample: string): void;
}
