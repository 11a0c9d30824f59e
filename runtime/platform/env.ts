/** Reads environment variables by description: every missing or wrong one is named at once, with what it is for. */

/** What a variable is for, and what stands in when it is not set. */
export interface Described<T> {
  /** Completes the sentence "NAME is missing: it ...". */
  readonly purpose: string;
  /** @default none: the variable is required */
  readonly fallback?: T;
}

/** Everything that is wrong with the environment; the message has one line per variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the environment is not usable:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** The door to the variables while a configuration is built. An empty variable counts as not set. */
export class Environment {
  readonly #variables: NodeJS.ProcessEnv;
  readonly #problems: string[];

  constructor(variables: NodeJS.ProcessEnv, problems: string[]) {
    this.#variables = variables;
    this.#problems = problems;
  }

  text(name: string, { purpose, fallback }: Described<string>): string {
    return this.#variables[name] || (fallback ?? this.#missing(name, purpose, ''));
  }

  number(
    name: string,
    { purpose, fallback, min, max }: Described<number> & { min: number; max: number },
  ): number {
    const text = this.#variables[name];
    if (!text) return fallback ?? this.#missing(name, purpose, min);
    const value = Number(text);
    if (value >= min && value <= max) return value;
    return this.#wrong(name, `'${text}' is not allowed: use a number from ${min} to ${max}`, min);
  }

  oneOf<T extends string>(
    name: string,
    { purpose, fallback, allowed }: Described<T> & { allowed: readonly T[] },
  ): T {
    const text = this.#variables[name];
    const [first] = allowed;
    if (first === undefined) throw new RangeError(`${name} has no allowed values`);
    if (!text) return fallback ?? this.#missing(name, purpose, first);
    const value = allowed.find(each => each === text);
    return value ?? this.#wrong(name, `'${text}' is not allowed: use one of ${allowed.join(', ')}`, first);
  }

  /** A value of any other form. `read` throws an error that says what was got and what is allowed. */
  parsed<T>(
    name: string,
    { purpose, fallback, read }: Described<T> & { read(text: string): T; fallback: T },
  ): T {
    const text = this.#variables[name];
    if (!text) return fallback;
    try {
      return read(text);
    } catch (error) {
      return this.#wrong(name, `${error instanceof Error ? error.message : error} (it ${purpose})`, fallback);
    }
  }

  #missing<T>(name: string, purpose: string, standIn: T): T {
    this.#problems.push(`${name} is missing: it ${purpose}`);
    return standIn;
  }

  #wrong<T>(name: string, problem: string, standIn: T): T {
    this.#problems.push(`${name}: ${problem}`);
    return standIn;
  }
}

/**
 * Builds a configuration from environment variables.
 * @throws EnvironmentError that names all the variables that are missing or wrong, not only the first.
 */
export function readEnvironment<T>(variables: NodeJS.ProcessEnv, build: (env: Environment) => T): T {
  const problems: string[] = [];
  const config = build(new Environment(variables, problems));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return config;
}
