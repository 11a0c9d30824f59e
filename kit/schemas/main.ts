/** `npm run schemas`: writes the JSON Schemas beside the documentation. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas, schemaText } from './json-schemas.ts';

const folder = join(import.meta.dirname, '../../docs/schemas');
mkdirSync(folder, { recursive: true });
for (const [file, schema] of jsonSchemas()) writeFileSync(join(folder, file), schemaText(schema));
