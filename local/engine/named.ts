/** Finds what the engine runs by the name that a person would use for it. */

/** Something that the engine runs for one resource of the stage. */
export interface Named {
  /** Construct path inside the stage, such as `Storage/Stocks/Minutes/Stream`. */
  readonly path: string;
  /** Physical name. */
  readonly name: string;
}

/**
 * The one of `all` that `name` means: its physical name, its construct path, or consecutive segments of that path
 * that no other has, such as `Stocks/Minutes`.
 * @throws when none or several are meant
 */
export function find<Item extends Named>(all: readonly Item[], name: string, what: string): Item {
  const exact = all.find(item => item.name === name || item.path === name);
  if (exact !== undefined) return exact;
  const meant = all.filter(item => `/${item.path}/`.includes(`/${name}/`));
  const [only] = meant;
  // Tasks of one service share its path: any of them will do.
  if (only !== undefined && meant.every(item => item.path === only.path)) return only;
  const candidates = (meant.length > 1 ? meant : all).map(item => item.path).join(', ');
  const fault = meant.length > 1 ? 'means several' : 'is unknown';
  throw new Error(`${what} '${name}' ${fault}: use one of ${candidates || '(there is none)'}`);
}
