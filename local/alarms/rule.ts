/** Rules of composite alarms: which others are in which state, joined by NOT, AND and OR. */
import { type AlarmState, alarmStates } from './evaluate.ts';

/** A rule that is read once and asked after every evaluation. */
export interface Rule {
  /** Names of the alarms that it looks at. */
  readonly alarms: readonly string[];
  /** @param stateOf state of an alarm by name */
  readonly holds: (stateOf: (name: string) => AlarmState) => boolean;
}

type Holds = Rule['holds'];

/** @throws SyntaxError that shows where a rule is not understood */
export function parseRule(text: string): Rule {
  const parser = new Parser(text);
  const holds = parser.either();
  parser.expect('');
  return { alarms: [...parser.alarms], holds };
}

/** NOT binds tightest, then AND, then OR. */
class Parser {
  readonly alarms = new Set<string>();
  readonly #text: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  }

  get #token(): string {
    return this.#tokens[this.#next] ?? '';
  }

  /** @throws SyntaxError unless `token` is the next one; the empty one is the end */
  expect(token: string): void {
    if (this.#token !== token) throw this.#error(token === '' ? 'AND, OR or the end' : `'${token}'`);
    this.#next++;
  }

  either(): Holds {
    const parts = [this.#all()];
    while (this.#take('OR')) parts.push(this.#all());
    return stateOf => parts.some(part => part(stateOf));
  }

  #all(): Holds {
    const parts = [this.#one()];
    while (this.#take('AND')) parts.push(this.#one());
    return stateOf => parts.every(part => part(stateOf));
  }

  #one(): Holds {
    if (this.#take('NOT')) {
      const inner = this.#one();
      return stateOf => !inner(stateOf);
    }
    if (this.#take('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    const state = alarmStates.find(each => this.#take(each));
    if (state === undefined) throw this.#error(`NOT, ( or one of ${alarmStates.join(', ')}`);
    this.expect('(');
    const name = nameOf(this.#token);
    this.#next++;
    this.expect(')');
    this.alarms.add(name);
    return stateOf => stateOf(name) === state;
  }

  #take(token: string): boolean {
    if (this.#token !== token) return false;
    this.#next++;
    return true;
  }

  #error(expected: string): SyntaxError {
    const got = this.#token === '' ? 'its end' : `'${this.#token}'`;
    return new SyntaxError(`rule '${this.#text}' has ${got} where ${expected} is expected`);
  }
}

/** Rules name alarms by name or by ARN, in quotes or without. */
function nameOf(token: string): string {
  const text = token.replace(/^"|"$/g, '');
  return text.split(':alarm:').at(-1) ?? text;
}
