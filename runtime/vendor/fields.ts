/** An event of the vendor's, or a row of its answers, as it was parsed. */
export type Fields = Readonly<Record<string, unknown>>;
