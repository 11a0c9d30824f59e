/** Programs that stand in for those of the machine: shell scripts in a folder of a test's own. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A script; `what` it does. @returns its path */
export function program(folder: string, name: string, what: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${what}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A script that writes its arguments into a file, a line a call, and ends with `code`. */
export function recorded(folder: string, name: string, code = 0): { readonly calls: () => string[] } {
  const file = join(folder, `${name}-calls`);
  program(folder, name, `echo "$*" >> '${file}'\nexit ${code}`);
  return { calls: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []) };
}
