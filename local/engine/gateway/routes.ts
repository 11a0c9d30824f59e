/** Finds the route that a request takes, by the rules of HTTP APIs. */

/** A route's key, read: `GET /v1/bars`, `ANY /{proxy+}`, `$default`. */
export interface Path {
  /** `ANY` for every one. */
  readonly method: string;
  /** Undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
}

/** A route and what its path's variables stand for. */
export interface Match<Route> {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const VARIABLE = /^\{(.+?)(\+?)\}$/;

/** @returns undefined for a key that API Gateway refuses */
export function pathOf(key: string): Path | undefined {
  if (key === '$default') return { method: 'ANY', segments: undefined };
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(key) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const segments = path === '/' ? [] : path.slice(1).split('/');
  const greedy = segments.findIndex(segment => VARIABLE.exec(segment)?.[2] === '+');
  if (greedy >= 0 && greedy < segments.length - 1) return undefined;
  return { method, segments };
}

/** The route that fits best: one without variables before one with them, that before a greedy one, that before `$default`. */
export function bestRoute<Route extends { readonly match: Path }>(
  routes: readonly Route[],
  method: string,
  path: string,
): Match<Route> | undefined {
  const asked = path === '/' ? [] : path.slice(1).split('/');
  let best: Match<Route> | undefined;
  for (const route of routes) {
    if (route.match.method !== 'ANY' && route.match.method !== method) continue;
    const parameters = parametersOf(route.match, asked);
    if (parameters === undefined) continue;
    if (best === undefined || rank(route.match) < rank(best.route.match)) best = { route, parameters };
  }
  return best;
}

/** What the variables stand for, decoded; undefined when the path does not fit. An encoded slash separates nothing. */
function parametersOf({ segments }: Path, asked: readonly string[]): Record<string, string> | undefined {
  if (segments === undefined) return {};
  const parameters = new Map<string, string>();
  for (const [at, segment] of segments.entries()) {
    const [, name, plus] = VARIABLE.exec(segment) ?? [];
    const rest = plus === '+' ? asked.slice(at).join('/') : asked[at];
    if (rest === undefined || rest === '') return undefined;
    if (name === undefined) {
      if (rest !== segment) return undefined;
    } else parameters.set(name, decoded(rest));
    if (plus === '+') return Object.fromEntries(parameters);
  }
  return asked.length === segments.length ? Object.fromEntries(parameters) : undefined;
}

/** The lower, the better it fits. */
function rank({ method, segments }: Path): number {
  const any = method === 'ANY' ? 1 : 0;
  if (segments === undefined) return 10_000 + any;
  const variables = segments.filter(segment => VARIABLE.test(segment)).length;
  const isGreedy = segments.some(segment => segment.endsWith('+}'));
  return (isGreedy ? 5_000 - 2 * segments.length : 2 * variables) + any;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
