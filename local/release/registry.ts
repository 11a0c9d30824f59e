/** Reads a container registry, which is not believed: what it sends must have the digest that was asked for. */
import { createHash } from 'node:crypto';
import type { BaseImage } from '../../lib/pipeline/base-image.ts';
import { OperatorError } from '../operate/operator-error.ts';

/** What is deployed: the ingester's task runs on Graviton. */
const PLATFORM = { os: 'linux', architecture: 'arm64' };
const KINDS = [
  'vnd.oci.image.index.v1',
  'vnd.oci.image.manifest.v1',
  'vnd.docker.distribution.manifest.list.v2',
  'vnd.docker.distribution.manifest.v2',
];
const ACCEPT = KINDS.map(kind => `application/${kind}+json`).join(', ');
/** How long an answer may take, ms. */
const LIMIT = 20_000;

/** What of its answers is read; whatever is missing is noticed where it is needed. */
interface Document {
  readonly manifests?: readonly { readonly digest: string; readonly platform?: typeof PLATFORM }[];
  readonly config?: { readonly digest: string } & { readonly Env?: readonly string[] };
}

export class Registry {
  readonly #image: BaseImage;
  readonly #address: string;
  #token: string | undefined;

  constructor(image: BaseImage) {
    this.#image = image;
    // As container builders have it: TLS, but for a registry on this machine.
    const protocol = /^(localhost|127\.0\.0\.1)(:|$)/.test(image.registry) ? 'http' : 'https';
    this.#address = `${protocol}://${image.registry}/v2/${image.repository}`;
  }

  /** What the tag names now: its digest, and the version of Node that it holds. @throws OperatorError where that cannot be known */
  async newest(): Promise<{ readonly digest: string; readonly node: string }> {
    const { tag } = this.#image;
    const index = await this.#read(`manifests/${tag}`);
    const digest = digestOf(index);
    const manifest = parsed(index);
    const platforms = manifest.manifests?.filter(({ platform }) => isOurs(platform)) ?? [];
    const [ours] = platforms;
    if (ours === undefined)
      throw new OperatorError(
        `${this.#image.registry} has no image for linux/arm64 under the tag '${tag}': use a tag that has one`,
      );
    const { config } = parsed(await this.#content('manifests', ours.digest));
    const settings = config && parsed(await this.#content('blobs', config.digest)).config?.Env;
    const node = settings?.find(setting => setting.startsWith('NODE_VERSION='))?.split('=')[1];
    if (node === undefined)
      throw new OperatorError(
        `the image '${tag}' does not say which Node it holds (NODE_VERSION): use one of the official images of Node`,
      );
    return { digest, node };
  }

  async #content(kind: 'manifests' | 'blobs', digest: string): Promise<Buffer> {
    const content = await this.#read(`${kind}/${digest}`);
    if (digestOf(content) === digest) return content;
    throw new OperatorError(
      `${this.#image.registry} sends something else than ${digest}: look for a proxy in between, and repeat`,
    );
  }

  async #read(path: string): Promise<Buffer> {
    const address = `${this.#address}/${path}`;
    let answer = await this.#ask(address);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    if (answer.status === 401 && challenge !== '') {
      this.#token = await this.#anonymousToken(challenge);
      answer = await this.#ask(address);
    }
    if (!answer.ok)
      throw new OperatorError(
        `${this.#image.registry} answers ${answer.status} to '${path}': use a tag that it has, or repeat later; nothing is changed`,
      );
    return Buffer.from(await answer.arrayBuffer());
  }

  async #anonymousToken(challenge: string): Promise<string> {
    const fields = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const address = URL.parse(fields['realm'] ?? '');
    if (address === null)
      throw new OperatorError(
        `${this.#image.registry} wants to know who asks ('${challenge}'): use a base that everybody may read`,
      );
    address.searchParams.set('service', fields['service'] ?? '');
    address.searchParams.set('scope', fields['scope'] ?? `repository:${this.#image.repository}:pull`);
    const answer = await this.#ask(address.href);
    const said: { token?: string; access_token?: string } = answer.ok ? JSON.parse(await answer.text()) : {};
    const token = said.token ?? said.access_token;
    if (token !== undefined) return token;
    throw new OperatorError(
      `${this.#image.registry} lets nobody read without an account (${answer.status}): use a base that everybody may read`,
    );
  }

  async #ask(address: string): Promise<Response> {
    const headers = { accept: ACCEPT, ...(this.#token && { authorization: `Bearer ${this.#token}` }) };
    try {
      return await fetch(address, { headers, signal: AbortSignal.timeout(LIMIT) });
    } catch (error) {
      const { cause }: { cause?: { code?: string } } = Object(error);
      throw new OperatorError(
        `${this.#image.registry} cannot be reached (${cause?.code ?? (error instanceof Error ? error.name : error)}): repeat where it can; nothing is changed, and no digest is made up`,
      );
    }
  }
}

const isOurs = (platform: typeof PLATFORM | undefined) =>
  platform?.os === PLATFORM.os && platform.architecture === PLATFORM.architecture;

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

function parsed(content: Buffer): Document {
  return JSON.parse(content.toString());
}
