/** Signs questions to the API with AWS's Signature Version 4. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Credentials, or where the newest come from: temporary ones expire. */
export type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

/** An API that asks for signatures, in an account or on this machine. */
export interface Upstream {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export interface SignedQuestion {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws what keeps credentials from being found */
export async function signed(
  { endpoint, region, credentials }: Upstream,
  question: URL,
  headers: Readonly<Record<string, string>>,
): Promise<SignedQuestion> {
  const { protocol, hostname, host } = new URL(endpoint);
  const pairs = [...question.searchParams];
  const names = new Set(question.searchParams.keys());
  const query = Object.fromEntries([...names].map(name => [name, question.searchParams.getAll(name)]));
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const path = question.pathname;
  const request = { method: 'GET', protocol, hostname, path, query, headers: { ...headers, host } };
  const { headers: made } = await signer.sign(request);
  const text = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return { url: new URL(`${endpoint}${path}${text === '' ? '' : `?${text}`}`), headers: made };
}

/** A digest as the signer wants it. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret);
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
}
