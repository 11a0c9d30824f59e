/** Reads an expression piece by piece: words, signs, and the paths and operands that every kind of expression has. */
import { validation } from '../values/errors.ts';
import { isReserved } from './reserved-words.ts';
import type { Operand, WrittenPath } from './syntax.ts';

/** What the parameter is called. */
export type Kind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

const TOKEN = /\s*(?:([A-Za-z_]\w*|[#:]\w+|\d+|<>|<=|>=|[=<>()[\],.+-])|(\S))/y;
const END = '<EOF>';
const LONGEST = 4_096;

export class Reader {
  readonly kind: Kind;
  /** What stands in parentheses of its own. */
  readonly enclosed = new WeakSet<object>();
  readonly #tokens: readonly string[];
  #at = 0;

  /** @throws ServiceError when there is nothing to read, or a sign that no expression has */
  constructor(kind: Kind, text: string) {
    this.kind = kind;
    if (text.trim() === '') throw this.error('The expression can not be empty;');
    if (Buffer.byteLength(text) > LONGEST)
      throw this.error(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
      );
    const tokens: string[] = [];
    for (const [, token, strange] of text.matchAll(new RegExp(TOKEN, 'gy')))
      tokens.push(token ?? strange ?? '');
    this.#tokens = tokens;
    const strange = tokens.findIndex(token => !/^(?:\w+|[#:]\w+|<>|<=|>=|[=<>()[\],.+-])$/.test(token));
    if (strange >= 0) {
      this.#at = strange;
      throw this.unexpected();
    }
  }

  get next(): string {
    return this.#tokens[this.#at] ?? END;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** The word that comes, in capitals. */
  get keyword(): string {
    return this.next.toUpperCase();
  }

  /** Whether a call comes: a word and a parenthesis. */
  get isAtCall(): boolean {
    return /^[A-Za-z_]/.test(this.next) && this.#tokens[this.#at + 1] === '(';
  }

  take(): string {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Takes the word or sign if it comes. */
  skip(token: string): boolean {
    if (this.keyword !== token) return false;
    this.#at++;
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) throw this.unexpected();
  }

  expectEnd(): void {
    if (!this.isAtEnd) throw this.unexpected();
  }

  /** What `one` reads, as often as there are commas. */
  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.skip(',')) all.push(one());
    return all;
  }

  path(): WrittenPath {
    const path: (string | number)[] = [this.#name()];
    for (;;) {
      if (this.skip('.')) path.push(this.#name());
      else if (this.skip('[')) {
        if (!/^\d+$/.test(this.next)) throw this.unexpected();
        path.push(Number(this.take()));
        this.expect(']');
      } else return path;
    }
  }

  /** The name of a value. */
  value(): string {
    if (!this.next.startsWith(':')) throw this.unexpected();
    return this.take();
  }

  operand(): Operand {
    if (this.isAtCall) return { kind: 'call', ...this.call() };
    return this.next.startsWith(':')
      ? { kind: 'value', name: this.take() }
      : { kind: 'path', path: this.path() };
  }

  call(): { readonly name: string; readonly args: readonly Operand[] } {
    const name = this.take();
    this.expect('(');
    const args = this.list(() => this.operand());
    this.expect(')');
    return { name, args };
  }

  error(message: string) {
    return validation(`Invalid ${this.kind}: ${message}`);
  }

  unexpected() {
    const near = this.#tokens.slice(Math.max(0, this.#at - 1), this.#at + 2).join(' ');
    return this.error(`Syntax error; token: "${this.next}", near: "${near}"`);
  }

  #name(): string {
    const name = this.next;
    if (!/^(?:[A-Za-z_]|#\w)/.test(name)) throw this.unexpected();
    if (isReserved(name)) throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${name}`);
    return this.take();
  }
}
