/** The texts of elements of a frame that is a JSON array, exactly as they stand there; the frame is read once, from front to back. */
export class ElementTexts {
  readonly #frame: string;
  #at: number;
  #next = 0;

  constructor(frame: string) {
    this.#frame = frame;
    this.#at = frame.indexOf('[') + 1;
  }

  /** @param index higher than any before */
  at(index: number): string {
    let text: string | undefined;
    while (this.#next <= index) {
      text = this.#element();
      this.#next++;
    }
    if (text === undefined) throw new RangeError(`element ${index} of the frame is gone by`);
    return text;
  }

  #element(): string {
    const frame = this.#frame;
    const start = this.#at;
    let depth = 0;
    let isInString = false;
    for (let at = start; at < frame.length; at++) {
      const char = frame[at];
      if (isInString) {
        if (char === '\\') at++;
        else if (char === '"') isInString = false;
      } else if (char === '"') isInString = true;
      else if (char === '{' || char === '[') depth++;
      else if (depth === 0 && (char === ',' || char === ']')) {
        this.#at = at + 1;
        return ownTextOf(frame.slice(start, at).trim());
      } else if (char === '}' || char === ']') depth--;
    }
    throw new RangeError(`the frame has ${this.#next} elements, no more`);
  }
}

/** A part of a text keeps the whole of it in memory, and a frame has up to 900 KB: this is the part alone, made by writing it behind something else. */
function ownTextOf(part: string): string {
  return ` ${part}`.slice(1);
}
