/** The code of an error of the system, such as `EADDRINUSE`. */

/** Its text, where it has none. */
export function codeOf(error: unknown): string {
  const { code }: { readonly code?: unknown } = Object(error);
  return typeof code === 'string' ? code : String(error);
}
