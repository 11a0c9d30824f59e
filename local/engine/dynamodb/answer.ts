/** Answers as JSON, of which items are texts already. */

/** JSON that is written as it is. */
export class Json {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  static list(texts: readonly string[]): Json {
    return new Json(`[${texts.join(',')}]`);
  }
}

export type Answer = Readonly<Record<string, unknown>>;

/** Without what is undefined. */
export function answerText(answer: Answer): string {
  const fields = Object.entries(answer).flatMap(([name, value]) =>
    value === undefined
      ? []
      : `${JSON.stringify(name)}:${value instanceof Json ? value.text : JSON.stringify(value)}`,
  );
  return `{${fields.join(',')}}`;
}
