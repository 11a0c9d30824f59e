/** Metric math as far as the stage's alarms need it: differences, products, `>`, IF and SUM(METRICS()) over metrics of one period. */

import type { Datapoints } from './evaluate.ts';

/** Looks the datapoints of a metric or expression up by its id, all over the same periods. */
export type Lookup = (id: string) => Datapoints;

/** An expression that is read once and computed for every evaluation. */
export interface Expression {
  /** Ids that it refers to. */
  readonly ids: readonly string[];
  /** @param periods how many datapoints there are of each */
  readonly values: (lookup: Lookup, periods: number) => Datapoints;
}

type Values = Expression['values'];

/** Binary operators, the loosest first. A comparison gives 1 or 0. */
const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '>': (a, b) => Number(a > b) },
  { '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

/**
 * @param metrics ids of all metrics beside the expression, which `METRICS()` stands for
 * @throws SyntaxError that shows where an expression is not understood
 */
export function parseExpression(text: string, metrics: readonly string[] = []): Expression {
  const parser = new Parser(text, metrics);
  const values = parser.binary(0);
  parser.expect('');
  // CloudWatch leaves a division by zero out.
  const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);
  return {
    ids: [...parser.ids],
    values: (lookup, periods) => values(lookup, periods).map(finite),
  };
}

class Parser {
  readonly ids = new Set<string>();
  readonly #text: string;
  readonly #metrics: readonly string[];
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string, metrics: readonly string[]) {
    this.#text = text;
    this.#metrics = metrics;
    this.#tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|[<>=!]=|[^\s]/g) ?? [];
  }

  get #token(): string {
    return this.#tokens[this.#next] ?? '';
  }

  /** @throws SyntaxError unless `token` is the next one; the empty one is the end */
  expect(token: string): void {
    if (this.#token !== token) throw this.#error(token === '' ? '>, -, *, / or the end' : `'${token}'`);
    this.#next++;
  }

  binary(level: number): Values {
    const operators = levels[level];
    if (operators === undefined) return this.#operand();
    let left = this.binary(level + 1);
    for (let apply = operators[this.#token]; apply !== undefined; apply = operators[this.#token]) {
      this.#next++;
      left = both(left, this.binary(level + 1), apply);
    }
    return left;
  }

  #operand(): Values {
    const token = this.#token;
    this.#next++;
    if (/^\d/.test(token)) return always(Number(token));
    if (/^[a-z]\w*$/.test(token)) {
      this.ids.add(token);
      return lookup => lookup(token);
    }
    this.#next--;
    if (/^[A-Z]/.test(token)) return this.#call(token);
    throw this.#error('a number, an id or a function');
  }

  #call(name: string): Values {
    const read = { IF: () => this.#choice(), SUM: () => this.#sum() }[name];
    if (read === undefined)
      throw new SyntaxError(
        `'${this.#text}' uses ${name}, which is not computed here: use IF(a, b, c) or SUM(METRICS())`,
      );
    this.#next++;
    this.expect('(');
    const values = read();
    this.expect(')');
    return values;
  }

  #choice(): Values {
    const condition = this.binary(0);
    this.expect(',');
    const yes = this.binary(0);
    this.expect(',');
    return choice(condition, yes, this.binary(0));
  }

  /** The sum over all metrics, of those that have a datapoint. */
  #sum(): Values {
    for (const token of ['METRICS', '(', ')']) this.expect(token);
    for (const id of this.#metrics) this.ids.add(id);
    return (lookup, periods) => {
      const all = this.#metrics.map(lookup);
      return Array.from({ length: periods }, (_, period) => {
        const values = all.map(values => values[period]).filter(value => value !== undefined);
        return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
      });
    };
  }

  #error(expected: string): SyntaxError {
    const got = this.#token === '' ? 'its end' : `'${this.#token}'`;
    return new SyntaxError(`'${this.#text}' has ${got} where ${expected} is expected`);
  }
}

function always(value: number): Values {
  return (_, periods) => Array.from({ length: periods }, () => value);
}

function both(left: Values, right: Values, apply: (a: number, b: number) => number): Values {
  return (lookup, periods) => {
    const others = right(lookup, periods);
    return left(lookup, periods).map((a, period) => {
      const b = others[period];
      return a === undefined || b === undefined ? undefined : apply(a, b);
    });
  };
}

function choice(condition: Values, yes: Values, no: Values): Values {
  return (lookup, periods) => {
    const [ifTrue, ifFalse] = [yes(lookup, periods), no(lookup, periods)];
    return condition(lookup, periods).map((holds, period) => {
      if (holds === undefined) return undefined;
      return holds === 0 ? ifFalse[period] : ifTrue[period];
    });
  };
}
