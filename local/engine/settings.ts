/** Environment variables that the caller sets for one unit in place of the template's. */
import { find, type Named } from './named.ts';

/** A value, or how to work it out whenever a process or thread of the unit starts. */
export type Setting = string | (() => string);

/** Variables by unit: a function or a service, by any name that `find` understands. */
export type Overrides = Readonly<Record<string, Readonly<Record<string, Setting>>>>;

/**
 * The overrides of each of `units`, by construct path.
 * @throws when an override names no unit
 */
export function overridesByPath(
  units: readonly Named[],
  overrides: Overrides,
): Map<string, Record<string, Setting>> {
  const byPath = new Map<string, Record<string, Setting>>();
  for (const [name, settings] of Object.entries(overrides)) {
    const { path } = find(units, name, 'override for');
    byPath.set(path, { ...byPath.get(path), ...settings });
  }
  return byPath;
}

/** `settings` as they are now. */
export function valuesOf(settings: Readonly<Record<string, Setting>>): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : value()]),
  );
}
