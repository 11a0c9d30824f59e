/** An export as far as it has come: lines in a file beside the one that is wanted, and a note of what the next question is. */
import { existsSync, readFileSync } from 'node:fs';
import { open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { OperatorError } from '../operate/operator-error.ts';
import { unusable } from './unusable.ts';

const noted = v.object({
  question: v.record(v.string(), v.string()),
  /** Symbols that are done. */
  done: v.number(),
  /** Where the page of the next symbol is that comes next. */
  cursor: v.optional(v.string()),
  /** Bytes and rows of the lines that belong to it. */
  bytes: v.number(),
  rows: v.number(),
});

export type Progress = Omit<v.InferOutput<typeof noted>, 'question'>;

/** What comes after lines that are added. */
type Next = Pick<Progress, 'done' | 'cursor'>;

export class ExportPart {
  /** Where the lines are. */
  readonly lines: string;
  readonly #path: string;
  readonly #note: string;
  readonly #question: Readonly<Record<string, string>>;
  #progress: Progress = { done: 0, bytes: 0, rows: 0 };

  private constructor(path: string, question: Readonly<Record<string, string>>) {
    this.#path = path;
    this.lines = `${path}.part`;
    this.#note = `${path}.part.json`;
    this.#question = question;
  }

  /**
   * Goes on where an export of the same question was broken off.
   * @throws OperatorError when the file is there already, or what is there is of another question
   */
  static async open(path: string, question: Readonly<Record<string, string>>): Promise<ExportPart> {
    if (existsSync(path))
      throw new OperatorError(`--out ${path} is there already: name another file, or remove it`);
    const part = new ExportPart(path, question);
    if (!existsSync(part.#note)) {
      await writeFile(part.lines, '').catch(error => {
        throw new OperatorError(`--out ${path} cannot be written: ${error.message}`);
      });
      return part;
    }
    const known = v.safeParse(v.pipe(v.string(), v.parseJson(), noted), readFileSync(part.#note, 'utf8'));
    const isSame = known.success && JSON.stringify(known.output.question) === JSON.stringify(question);
    if (!isSame)
      throw new OperatorError(
        `${part.#note} is of another export: go on with that one as it was, or remove it and ${part.lines}`,
      );
    const { question: _, ...progress } = known.output;
    part.#progress = progress;
    // What was written after the note was made comes again.
    await truncate(part.lines, progress.bytes);
    return part;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Lines first, and then that they are there. @throws OperatorError when they cannot be written: then they come again */
  async add(lines: readonly string[], next: Next): Promise<void> {
    await this.#add(lines, next).catch(error => {
      throw new OperatorError(`--out ${this.#path}: ${unusable(error)}`);
    });
  }

  async #add(lines: readonly string[], next: Next): Promise<void> {
    const text = lines.map(line => `${line}\n`).join('');
    const file = await open(this.lines, 'a');
    try {
      await file.appendFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const { bytes, rows } = this.#progress;
    this.#progress = { ...next, bytes: bytes + Buffer.byteLength(text), rows: rows + lines.length };
    await writeFile(`${this.#note}.new`, JSON.stringify({ question: this.#question, ...this.#progress }));
    await rename(`${this.#note}.new`, this.#note);
  }

  /** Removes what was only needed to go on. */
  async end(): Promise<void> {
    await rm(this.lines, { force: true });
    await rm(this.#note, { force: true });
  }
}
