/** What was thrown, as an error, and the code of one of the system, such as `EADDRINUSE`. */

/** Its text, where it has none. */
export function codeOf(error: unknown): string {
  const { code }: { readonly code?: unknown } = Object(error);
  return typeof code === 'string' ? code : String(error);
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
