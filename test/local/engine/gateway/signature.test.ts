/** Signatures of requests, made by the SDK's own signer, and whatever else claims to be one. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import type { GatewayRequest } from '../../../../local/engine/gateway/message.ts';
import { checkSignature, type Secret } from '../../../../local/engine/gateway/signature.ts';

const NOW = Date.parse('2025-11-20T15:00:00Z');
const KEYS: Readonly<Record<string, Secret>> = {
  AKIDLASTING: { secretAccessKey: 'lasting' },
  ASIABRIEF: { secretAccessKey: 'brief', sessionToken: 'to+ken/==' },
};

/** As the SDK wants a digest. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac(
            'sha256',
            typeof secret === 'string' ? secret : Buffer.from(new Uint8Array(Object(secret))),
          );
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

type Query = Readonly<Record<string, string | string[]>>;

interface Question {
  readonly key?: string;
  readonly path?: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly at?: number;
  readonly region?: string;
  readonly service?: string;
  /** @default true, as the SDK has it */
  readonly tellsDigest?: boolean;
  /** Signed in its query, for so many seconds. */
  readonly expires?: number;
}

async function signed(question: Question = {}): Promise<GatewayRequest> {
  const { key = 'AKIDLASTING', path = '/v1/bars', query = {}, headers = {}, body, at = NOW } = question;
  const secret = secretOf(key) ?? { secretAccessKey: 'unknown' };
  const signer = new SignatureV4({
    ...{ service: question.service ?? 'execute-api', region: question.region ?? 'us-east-1', sha256: Sha256 },
    ...{ credentials: { accessKeyId: key, ...secret }, applyChecksum: question.tellsDigest ?? true },
  });
  const request = {
    ...{ method: 'GET', protocol: 'http:', hostname: '127.0.0.1', path, query: { ...query } },
    ...{ headers: { host: '127.0.0.1:4000', ...headers }, ...(body !== undefined && { body }) },
  };
  const when = { signingDate: new Date(at) };
  const made =
    question.expires === undefined
      ? await signer.sign(request, when)
      : await signer.presign(request, { ...when, expiresIn: question.expires });
  const pairs = Object.entries(made.query ?? {}).flatMap(([name, value]) =>
    [value ?? ''].flat().map(each => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  );
  return {
    ...{ method: 'GET', path, query: pairs.join('&'), protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
    headers: new Map(Object.entries(made.headers).map(([name, value]) => [name.toLowerCase(), [value]])),
    body: Buffer.from(body ?? ''),
  };
}

function secretOf(id: string): Secret | undefined {
  return Object.hasOwn(KEYS, id) ? KEYS[id] : undefined;
}

function verdict(request: GatewayRequest, now = NOW) {
  return checkSignature(request, { region: 'us-east-1', service: 'execute-api', secretOf, now: () => now });
}

/** The same request with other headers; undefined takes one away. */
function tampered(
  request: GatewayRequest,
  headers: Readonly<Record<string, string | undefined>>,
): GatewayRequest {
  const changed = new Map(request.headers);
  for (const [name, value] of Object.entries(headers))
    if (value === undefined) changed.delete(name);
    else changed.set(name, [value]);
  return { ...request, headers: changed };
}

function claim(request: GatewayRequest): string {
  return request.headers.get('authorization')?.[0] ?? '';
}

const QUERIES: readonly Query[] = [
  {},
  { symbols: 'BRK.B,O:SPY251219C00650000,EUR/USD', timeframe: '5m', from: '2025-11-20T14:30:00+01:00' },
  { b: '2', a: ['z', 'a', ''], 'a b': "*'()!~-_.", A: '=&?#+ %', ä: '\u{1F680}' },
  { 'a-': '1', a: '2', a1: '3', 'a%': '4' },
];

describe('a request that the SDK has signed is let in', () => {
  test.each(QUERIES)('with query %j, in its headers and in its query', async query => {
    expect(verdict(await signed({ query }))).toEqual({ accessKeyId: 'AKIDLASTING' });
    expect(verdict(await signed({ query, expires: 60 }))).toEqual({ accessKeyId: 'AKIDLASTING' });
  });

  test.each(['/', '/v1/bars', '/v1//bars/../symbols/./', '/v1/a%20b%2Fc', '/~x/(y)'])(
    'at path %s',
    async path => {
      expect(verdict(await signed({ path }))).toEqual({ accessKeyId: 'AKIDLASTING' });
    },
  );

  test('with a body, more headers and spaces in them', async () => {
    const headers = { 'content-type': 'text/plain', 'x-note': '  a   b ' };
    expect(verdict(await signed({ headers, body: 'héllo' }))).toEqual({ accessKeyId: 'AKIDLASTING' });
  });

  test('with temporary credentials and their token', async () => {
    expect(verdict(await signed({ key: 'ASIABRIEF' }))).toEqual({ accessKeyId: 'ASIABRIEF' });
    expect(verdict(await signed({ key: 'ASIABRIEF', expires: 60 }))).toEqual({ accessKeyId: 'ASIABRIEF' });
  });

  test('while clocks differ by no more than five minutes, or for as long as it was presigned', async () => {
    for (const at of [NOW - 300_000, NOW + 300_000])
      expect(verdict(await signed({ at }))).toEqual({ accessKeyId: 'AKIDLASTING' });
    expect(verdict(await signed({ expires: 3600 }), NOW + 3_599_000)).toEqual({ accessKeyId: 'AKIDLASTING' });
  });
});

describe('a request is refused', () => {
  test.each<[string, Question, string]>([
    ['of an unknown key', { key: '__proto__' }, 'the access key is unknown'],
    ['for another region', { region: 'eu-west-1' }, 'the scope is not of execute-api in us-east-1'],
    ['for another service', { service: 'dynamodb' }, 'the scope is not of execute-api in us-east-1'],
    ['that is too old', { at: NOW - 301_000 }, 'it has expired'],
    ['from the future', { at: NOW + 301_000 }, 'it is not valid yet'],
    ['presigned in the future', { at: NOW + 301_000, expires: 60 }, 'it is not valid yet'],
    ['whose presigned time is over', { at: NOW - 60_000, expires: 60 }, 'it has expired'],
    ['presigned for no time', { expires: 0 }, 'it holds for no time that is allowed'],
  ])('%s', async (_, question, fault) => {
    expect(verdict(await signed(question))).toEqual({ fault });
  });

  test('that was changed on its way, wherever', async () => {
    const question = { query: { symbols: 'AAPL' }, body: 'x', headers: { 'x-note': 'a' } };
    const request = await signed({ ...question, tellsDigest: false });
    const wrong = { fault: 'the signature is wrong' };
    expect(verdict({ ...request, method: 'POST' })).toEqual(wrong);
    expect(verdict({ ...request, path: '/v1/symbols' })).toEqual(wrong);
    expect(verdict({ ...request, query: 'symbols=MSFT' })).toEqual(wrong);
    expect(verdict({ ...request, query: 'symbols=AAPL&limit=1' })).toEqual(wrong);
    expect(verdict({ ...request, body: Buffer.from('y') })).toEqual(wrong);
    for (const name of ['host', 'x-note']) expect(verdict(tampered(request, { [name]: 'b' }))).toEqual(wrong);
    const flipped = claim(request).replace(/.$/, last => (last === '0' ? '1' : '0'));
    expect(verdict(tampered(request, { authorization: flipped }))).toEqual(wrong);
    expect(verdict(tampered(request, { authorization: claim(request).slice(0, -2) }))).toEqual(wrong);
    expect(verdict(tampered(request, { authorization: `${claim(request)}00` }))).toEqual(wrong);
  });

  test('whose date, token or body is not what was signed', async () => {
    const request = await signed({ key: 'ASIABRIEF', body: 'x' });
    expect(verdict(tampered(request, { 'x-amz-date': '20251120T150001Z' }))).toEqual({
      fault: 'the signature is wrong',
    });
    expect(verdict(tampered(request, { 'x-amz-date': '20251121T000000Z' }), NOW + 9 * 3_600_000)).toEqual({
      fault: 'the date is not that of the scope',
    });
    for (const date of [undefined, '', 'yesterday', '20251399T999999Z'])
      expect(verdict(tampered(request, { 'x-amz-date': date }))).toHaveProperty('fault');
    for (const token of [undefined, 'other'])
      expect(verdict(tampered(request, { 'x-amz-security-token': token }))).toEqual({
        fault: 'the session token is not that of the access key',
      });
    expect(verdict(tampered(await signed(), { 'x-amz-security-token': 'x' }))).toEqual({
      fault: 'the session token is not that of the access key',
    });
    expect(
      verdict(tampered(await signed({ tellsDigest: false }), { 'x-amz-content-sha256': 'any' })),
    ).toEqual({
      fault: 'header x-amz-content-sha256 is not signed',
    });
    const other = { ...(await signed({ body: 'x' })), body: Buffer.from('y') };
    expect(verdict(other)).toEqual({ fault: 'the body is not what was signed' });
    const unsigned = await signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(verdict(unsigned)).toEqual({ fault: 'the body is not what was signed' });
  });

  test('that leaves its host unsigned, or signs what is not there', async () => {
    const request = await signed({ tellsDigest: false });
    const without = claim(request).replace('SignedHeaders=host;', 'SignedHeaders=');
    expect(verdict(tampered(request, { authorization: without }))).toEqual({
      fault: 'header host is not signed',
    });
    const more = claim(request).replace('SignedHeaders=host;', 'SignedHeaders=__proto__;host;');
    expect(verdict(tampered(request, { authorization: more }))).toEqual({
      fault: 'a signed header is missing',
    });
    const turned = claim(request).replace('SignedHeaders=host;x-amz-date', 'SignedHeaders=x-amz-date;host');
    expect(verdict(tampered(request, { authorization: turned }))).toEqual({
      fault: 'the signed headers are out of order',
    });
  });

  test.each([
    [undefined, 'it is not signed'],
    ['', 'the algorithm is not AWS4-HMAC-SHA256'],
    ['Bearer token', 'the algorithm is not AWS4-HMAC-SHA256'],
    ['AWS4-ECDSA-P256-SHA256 Credential=a', 'the algorithm is not AWS4-HMAC-SHA256'],
    ['AWS4-HMAC-SHA256 ', 'the scope is not of execute-api in us-east-1'],
    ['AWS4-HMAC-SHA256 Credential=,Credential=', 'the header says something of its signature twice'],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDLASTING/20251120/us-east-1/execute-api/aws4_request/x',
      'the scope is not of execute-api in us-east-1',
    ],
  ])('with authorization %j', async (authorization, fault) => {
    expect(verdict(tampered(await signed(), { authorization }))).toEqual({ fault });
  });

  test('that says twice, or wrongly, how it is presigned', async () => {
    const request = await signed({ expires: 60 });
    const asked = (query: string) => verdict({ ...request, query });
    expect(asked(`${request.query}&X-Amz-Expires=600`)).toEqual({
      fault: 'the query says something of its signature twice',
    });
    expect(asked(request.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))).toEqual({
      fault: 'it holds for no time that is allowed',
    });
    expect(asked(request.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).toEqual({
      fault: 'the signature is wrong',
    });
    expect(asked('X-Amz-Algorithm=none')).toEqual({ fault: 'the algorithm is not AWS4-HMAC-SHA256' });
    expect(asked('a=%')).toEqual({ fault: 'the query is not well encoded' });
    expect(verdict(tampered(request, { authorization: claim(await signed()) }))).toEqual({
      fault: 'it is signed in its headers and in its query: one must do',
    });
  });
});
