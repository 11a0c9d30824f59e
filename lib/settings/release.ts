/** Which Barflow this is: part of what every stack says of itself, so that an operator sees what is deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
);

/** Such as `Barflow 0.1.0`. */
export const release = `Barflow ${manifest.version}`;
