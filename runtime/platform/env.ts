/** Reads environment variables by description: every missing or wrong one is named at once, with what it is for. */
import { asError } from './error-code.ts';
import type { Described, Setting } from './setting.ts';

/** A variable as whoever reads it describes it. */
export interface Variable {
  readonly name: string;
  readonly purpose: string;
  /** What it may say, in words. */
  readonly takes: string;
  /** What holds when it is not set; absent when it must be. */
  readonly fallback?: string;
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

/** The door to the variables while a configuration is built. An empty or blank variable counts as not set. */
export class Environment {
  readonly #variables: NodeJS.ProcessEnv;
  /** What is wrong with those that were read so far. */
  readonly problems: string[] = [];
  /** Those that were read so far. */
  readonly read: Variable[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  text(name: string, described: Described<string>): string {
    const { purpose, fallback } = described;
    return this.#text(name, described, 'a text') || (fallback ?? this.#missing(name, purpose, ''));
  }

  /** A key or the like, of printable ASCII; it is not shown, whatever is wrong with it. */
  secret(name: string, { purpose }: Pick<Described<string>, 'purpose'>): string {
    const text = this.#text(name, { purpose }, 'a key');
    if (!text) return this.#missing(name, purpose, '');
    if (/^[!-~]+$/.test(text)) return text;
    const problem = 'it holds a blank, a line end or another character that no key has: give the key alone';
    return this.#wrong(name, problem, '');
  }

  /** A setting, as it describes itself. */
  setting<T>(setting: Setting<T>): T {
    const { variable, takes, fallback } = setting;
    const text = this.#text(variable, setting, takes);
    if (text === undefined) return fallback;
    try {
      return setting.read(text);
    } catch (error) {
      return this.#wrong(variable, asError(error).message, fallback);
    }
  }

  /** A value of any other form, which `takes` puts into words. `read` throws an error that says what was got and what is allowed. */
  parsed<T>(
    name: string,
    described: Described<T> & {
      read(text: string): T;
      fallback: T;
      takes: string;
      /** `read` is given an empty variable, too: only one that is absent counts as not set. @default false */
      readsEmpty?: boolean;
    },
  ): T {
    const {
      purpose,
      fallback,
      read,
      takes,
      otherwise = fallback === undefined ? 'none' : `${fallback}`,
      readsEmpty = false,
    } = described;
    const set = this.#text(name, { purpose, otherwise }, takes);
    const text = readsEmpty ? this.#variables[name] : set;
    if (text === undefined) return fallback;
    try {
      return read(text);
    } catch (error) {
      return this.#wrong(name, `${asError(error).message} (it ${purpose})`, fallback);
    }
  }

  #text(
    name: string,
    { purpose, fallback, otherwise }: Described<unknown>,
    takes: string,
  ): string | undefined {
    const standIn = otherwise ?? (fallback === undefined ? undefined : `${fallback}`);
    this.read.push({ name, purpose, takes, ...(standIn !== undefined && { fallback: standIn }) });
    const text = this.#variables[name];
    return text?.trim() ? text : undefined;
  }

  #missing<T>(name: string, purpose: string, standIn: T): T {
    this.problems.push(`${name} is missing: it ${purpose}`);
    return standIn;
  }

  #wrong<T>(name: string, problem: string, standIn: T): T {
    this.problems.push(`${name}: ${problem}`);
    return standIn;
  }
}

/**
 * Builds a configuration from environment variables.
 * @throws EnvironmentError that names all the variables that are missing or wrong, not only the first.
 */
export function readEnvironment<T>(variables: NodeJS.ProcessEnv, build: (env: Environment) => T): T {
  const env = new Environment(variables);
  const config = build(env);
  if (env.problems.length > 0) throw new EnvironmentError(env.problems);
  return config;
}

/** The variables that a configuration is built from, as its builder describes them. */
export function variablesOf(build: (env: Environment) => unknown): readonly Variable[] {
  const env = new Environment({});
  build(env);
  return env.read;
}
