/** Metric math as far as alarms need it: arithmetic, comparisons, IF, FILL, MIN and MAX over metrics of one period. */

/** Looks a metric or expression up by its id; undefined where the period has no datapoint. */
export type Lookup = (id: string) => number | undefined;

/** An expression that is read once and computed for every period. */
export interface Expression {
  /** Ids that it refers to. */
  readonly ids: readonly string[];
  readonly value: (lookup: Lookup) => number | undefined;
}

type Value = Expression['value'];

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
  const value = parser.binary(0);
  parser.expect('');
  return {
    ids: [...parser.ids],
    value: lookup => {
      const result = value(lookup);
      // CloudWatch leaves a division by zero out.
      return result !== undefined && Number.isFinite(result) ? result : undefined;
    },
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

  binary(level: number): Value {
    const operators = levels[level];
    if (operators === undefined) return this.#operand();
    let left = this.binary(level + 1);
    for (let apply = operators[this.#token]; apply !== undefined; apply = operators[this.#token]) {
      this.#next++;
      left = both(left, this.binary(level + 1), apply);
    }
    return left;
  }

  #operand(): Value {
    const token = this.#token;
    this.#next++;
    if (token === '(') {
      const inner = this.binary(0);
      this.expect(')');
      return inner;
    }
    if (token === '-')
      return both(
        () => 0,
        this.#operand(),
        (a, b) => a - b,
      );
    if (/^\d/.test(token)) return () => Number(token);
    if (/^[a-z]\w*$/.test(token)) {
      this.ids.add(token);
      return lookup => lookup(token);
    }
    this.#next--;
    if (/^[A-Z]/.test(token)) return this.#call(token);
    throw this.#error('a number, an id, a function or (');
  }

  #call(name: string): Value {
    this.#next++;
    this.expect('(');
    const parts = [this.binary(0)];
    while (this.#token === ',') {
      this.#next++;
      parts.push(this.binary(0));
    }
    this.expect(')');
    const [first = none, second = none, third = none] = parts;
    if (name === 'IF' && parts.length === 3) return lookup => choose(first(lookup), second, third, lookup);
    if (name === 'FILL' && parts.length === 2) return lookup => first(lookup) ?? second(lookup);
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

const none: Value = () => undefined;

function both(left: Value, right: Value, apply: (a: number, b: number) => number): Value {
  return lookup => {
    const a = left(lookup);
    const b = right(lookup);
    return a === undefined || b === undefined ? undefined : apply(a, b);
  };
}

function choose(condition: number | undefined, yes: Value, no: Value, lookup: Lookup): number | undefined {
  if (condition === undefined) return undefined;
  return condition === 0 ? no(lookup) : yes(lookup);
}
