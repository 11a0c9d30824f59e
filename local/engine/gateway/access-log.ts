/** Lines of an access log: a stage's format with its `$context` variables filled in. */

export type AccessFacts = Readonly<Record<string, string | number | undefined>>;

/** What stands for what is not known, as in API Gateway's own. */
const UNKNOWN = '-';

/** Facts are by the variable's name behind `$context.`; nothing in them breaks the line or its JSON. */
export function accessLine(format: string, facts: AccessFacts): string {
  return format.replaceAll(/\$context\.([A-Za-z][\w.]*)/g, (_, name: string) => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return fact === undefined ? UNKNOWN : JSON.stringify(String(fact)).slice(1, -1);
  });
}
