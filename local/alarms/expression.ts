/** Metric math as far as alarms need it: arithmetic, comparisons, IF, FILL, MIN and MAX over metrics of one period. */

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

/** Binary operators, the loosest first. Comparisons give 1 or 0. */
const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

/** @throws SyntaxError that shows where an expression is not understood */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
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
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|==|!=|[^\s]/g) ?? [];
  }

  get #token(): string {
    return this.#tokens[this.#next] ?? '';
  }

  /** @throws SyntaxError unless `token` is the next one; the empty one is the end */
  expect(token: string): void {
    if (this.#token !== token) throw this.#error(token === '' ? 'the end' : `'${token}'`);
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
    if (token === '(') {
      const inner = this.binary(0);
      this.expect(')');
      return inner;
    }
    if (token === '-') return both(always(0), this.#operand(), (a, b) => a - b);
    if (/^\d/.test(token)) return always(Number(token));
    if (/^[a-z]\w*$/.test(token)) {
      this.ids.add(token);
      return lookup => lookup(token);
    }
    this.#next--;
    if (/^[A-Z]/.test(token)) return this.#call(token);
    throw this.#error('a number, an id, a function or (');
  }

  #call(name: string): Values {
    this.#next++;
    this.expect('(');
    const parts = [this.binary(0)];
    while (this.#token === ',') {
      this.#next++;
      parts.push(this.binary(0));
    }
    this.expect(')');
    const [first = always(0), second = first, third = second] = parts;
    if (name === 'IF' && parts.length === 3) return choice(first, second, third);
    if (name === 'FILL' && parts.length === 2) return filled(first, second);
    if (name === 'MAX' && parts.length > 1) return parts.reduce((a, b) => both(a, b, Math.max));
    if (name === 'MIN' && parts.length > 1) return parts.reduce((a, b) => both(a, b, Math.min));
    throw new SyntaxError(
      `'${this.#text}' uses ${name} with ${parts.length} arguments: use IF(a, b, c), FILL(a, b), MAX(a, b), MIN(a, b)`,
    );
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

/** A metric without any datapoint is not filled: CloudWatch knows nothing that it could fill. */
function filled(values: Values, filling: Values): Values {
  return (lookup, periods) => {
    const known = values(lookup, periods);
    if (known.every(value => value === undefined)) return known;
    const others = filling(lookup, periods);
    return known.map((value, period) => value ?? others[period]);
  };
}
