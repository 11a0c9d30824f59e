/** Holds answers to the OpenAPI document: status, headers and body must be what it says. */
import Ajv2020 from 'ajv/dist/2020.js';
import { openApiDocument } from '../../../../runtime/api/openapi.ts';

/** As a client sees it. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Paths {
  readonly [path: string]: {
    readonly get: {
      readonly responses: Readonly<Record<string, { readonly content?: object; readonly headers?: object }>>;
    };
  };
}

const document: { readonly paths?: Paths } = openApiDocument();
const ajv = new Ajv2020.Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'api');
const pointer = (...parts: readonly string[]) =>
  parts.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** Says what of an answer the document does not foresee; nothing when all is well. @param path as the document names it; another one is held to what a problem is */
export function breaches(path: string, { status, headers, body }: Response): string[] {
  const declared = document.paths?.[path]?.get.responses;
  if (!declared) return schemaFaults('#/components/schemas/Problem', body);
  const response = declared[status];
  if (!response) return [`status ${status} is not declared`];
  const missing = Object.keys(response.headers ?? {})
    .filter(name => !name.startsWith('barflow-') && headers[name] === undefined)
    .map(name => `header ${name} is missing`);
  const type = headers['content-type'];
  const { content } = response;
  if (!content) return body === '' && type === undefined ? missing : [...missing, 'a body is not declared'];
  if (type === undefined || !(type in content)) return [...missing, `content type ${type} is not declared`];
  if (!type.endsWith('json')) return missing;
  const place = pointer('paths', path, 'get', 'responses', String(status), 'content', type, 'schema');
  return [...missing, ...schemaFaults(`#/${place}`, body)];
}

function schemaFaults(place: string, body: string): string[] {
  const validate = ajv.getSchema(`api${place}`);
  if (!validate) return [`the document has nothing at ${place}`];
  return validate(JSON.parse(body)) ? [] : [ajv.errorsText(validate.errors)];
}
