/** What the ingester's and the functions' bundles have in common. */
import { join } from 'node:path';

/** Where package.json lies. */
export const projectRoot = join(import.meta.dirname, '../..');

/** First line of a bundle: lets CommonJS packages inside an ES module load Node's own modules. */
export const esmRequire =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
