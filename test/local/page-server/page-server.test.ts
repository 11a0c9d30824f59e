/** The page's server: the page itself, questions signed and handed on, and nobody else let in. */
import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type StatusServer, serveStatus } from '../../../local/console/status-server.ts';
import { GatewayHttp } from '../../../local/engine/gateway/http.ts';
import { type GatewayRequest, refusal } from '../../../local/engine/gateway/message.ts';
import { checkSignature } from '../../../local/engine/gateway/signature.ts';
import { PageServer } from '../../../local/page-server/page-server.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' };
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** An API that lets in whom the account of `credentials` signs for, and remembers what it was asked. */
async function gateway(headers: Readonly<Record<string, string>> = {}) {
  const asked: GatewayRequest[] = [];
  const http = await GatewayHttp.start(async request => {
    asked.push(request);
    const rules = { region, service: 'execute-api', secretOf: () => credentials, now: Date.now };
    const verdict = checkSignature(request, rules);
    if ('fault' in verdict) return { ...refusal(403), body: Buffer.from(verdict.fault) };
    const isKnown = request.headers.get('if-none-match')?.[0] === '"1"';
    return {
      status: isKnown ? 304 : 200,
      headers: { etag: '"1"', ...headers },
      body: Buffer.from(isKnown ? '' : '{}'),
    };
  });
  ending.push(() => http.stop());
  return { asked, http, endpoint: http.endpoint };
}

async function serving(endpoint?: string) {
  const troubles: unknown[] = [];
  const page = new PageServer({ pollSeconds: 1, trouble: error => troubles.push(error) });
  if (endpoint !== undefined) page.api = { endpoint, region, credentials };
  const routes = { 'GET /status': () => ({ a: 1 }), 'POST /redrive': () => ({ done: true }) };
  const server: StatusServer = await serveStatus(routes, 0, page.answer);
  ending.push(() => server.close());
  return { page, troubles, url: new URL(server.url).origin };
}

async function got(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const reply = await fetch(url, { headers });
  return `${reply.status} ${await reply.text()}`;
}

/** As a browser may be made to send it. */
function raw(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = ask(url, { method, headers }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    call.on('error', reject);
    call.end();
  });
}

test('the page is at its root, packed as the browser likes it, with what keeps others out; routes stay where they were', async () => {
  const { url } = await serving();
  const plain = await fetch(`${url}/`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(plain.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  const text = await plain.text();
  expect(text).toContain('&quot;pollSeconds&quot;:1');
  for (const coding of ['br', 'gzip', 'gzip, deflate, br']) {
    const packed = await fetch(`${url}/?symbol=AAPL`, { headers: { 'accept-encoding': coding } });
    expect(packed.headers.get('content-encoding')).toBe(coding === 'gzip' ? 'gzip' : 'br');
    expect(await packed.text()).toBe(text);
  }
  for (const path of ['page.js', 'page.css', 'icon.svg', 'runbook.html'])
    expect((await fetch(`${url}/${path}`)).status).toBe(200);
  for (const path of ['nothing', '../package.json', '%2e%2e/package.json', 'v1'])
    expect(await got(`${url}/${path}`)).toMatch(/^404 /);
  expect(await got(`${url}/status?x`)).toBe('200 {"a":1}\n');
});

test('questions go to the API signed and as they were asked, and answers come back as they are', async () => {
  const api = await gateway({ 'content-type': 'text/csv', 'set-cookie': 'a=1', server: 'inside' });
  const { url } = await serving(api.endpoint);
  const query =
    'symbols=BRK.B%2CEUR%2FUSD&symbols=%22%27%3C&symbols=__proto__&a+b=c+d&to=2025-11-20T14%3A30%3A00%2B01%3A00&empty';
  const reply = await fetch(`${url}/v1/bars?${query}`, {
    headers: { accept: 'text/csv', cookie: 'c=d', authorization: 'mine', 'x-amz-date': 'mine' },
  });
  expect([reply.status, await reply.text()]).toEqual([200, '{}']);
  expect([...reply.headers.keys()]).toEqual(
    expect.arrayContaining(['content-type', 'etag', 'cache-control']),
  );
  for (const name of ['set-cookie', 'server', 'apigw-requestid']) expect(reply.headers.has(name)).toBe(false);
  const [asked] = api.asked;
  expect([...new URLSearchParams(asked?.query)]).toEqual([...new URLSearchParams(query)]);
  expect(asked?.headers.get('accept')).toEqual(['text/csv']);
  expect(asked?.headers.has('cookie')).toBe(false);
  expect((await fetch(`${url}/v1/bars`, { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
});

test('a question to no API, to one that is gone or without credentials is answered by a problem, and heals', async () => {
  const { url, page, troubles } = await serving();
  expect(await got(`${url}/v1/status`)).toMatch(/^503 .*"detail":"The pipeline is still starting"/);
  page.api = 'none';
  expect(await got(`${url}/v1/status`)).toMatch(
    /^404 .*"detail":"There is no API, for no feed here keeps bars: npm run tail/,
  );
  const gone = await gateway();
  await gone.http.stop();
  ending.pop();
  page.api = { endpoint: gone.endpoint, region, credentials };
  expect(await got(`${url}/v1/status`)).toMatch(/^502 .*cannot be reached/);
  const refuse = async () => {
    throw Object.assign(new Error('the session has expired'), { name: 'CredentialsProviderError' });
  };
  page.api = { endpoint: gone.endpoint, region, credentials: refuse };
  expect(await got(`${url}/v1/status`)).toMatch(/^401 .*no valid AWS credentials/);
  expect(troubles.map(String)).toEqual([
    expect.stringContaining('ECONNREFUSED'),
    'CredentialsProviderError: the session has expired',
  ]);
  page.api = { endpoint: (await gateway()).endpoint, region, credentials };
  expect(await got(`${url}/v1/status`)).toBe('200 {}');
});

test('an answer that breaks off breaks off for the page, too', async () => {
  const half = createServer((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"bars":');
    response.socket?.end();
  });
  half.listen(0, '127.0.0.1');
  await once(half, 'listening');
  ending.push(async () => void half.close());
  const address = half.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { url } = await serving(`http://127.0.0.1:${port}`);
  await expect(got(`${url}/v1/status`)).rejects.toThrow();
});

test('a foreign host or origin gets nothing, whatever it asks for, and other methods than GET have no way to the API', async () => {
  const api = await gateway();
  const { url } = await serving(api.endpoint);
  const { port } = new URL(url);
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/v1/status'],
    ['GET', '/status'],
    ['POST', '/redrive'],
  ] as const)
    for (const headers of [
      { host: `evil.example:${port}` },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    ])
      expect(await raw(`${url}${path}`, method, headers)).toBe(403);
  expect(await got(`${url}/status`, { origin: url })).toMatch(/^200 /);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])
    expect(await raw(`${url}/v1/bars`, method, {})).toBe(404);
  expect(await got(`${url}/v1/status`, { origin: url })).toBe('200 {}');
  expect(api.asked).toHaveLength(1);
});

test('any name and value of a question is signed as AWS signs it, and what cannot be signed is refused here, by its name', async () => {
  const api = await gateway();
  const { url } = await serving(api.endpoint);
  const odd = [
    '\u{1F680}=\u{10FFFF}',
    '\uFFFD=1',
    '\uE000',
    '\u{1F680}a=2',
    'constructor=1',
    'a b=+',
    '=x',
    "!'()*",
  ];
  for (const query of [odd.join('&'), odd.toReversed().join('&'), ...odd])
    expect(await got(`${url}/v1/bars?${encodeURI(query)}`)).toBe('200 {}');
  const asked = api.asked.length;
  for (const name of ['__proto__', 'X-Amz-Signature', 'x-amz-signature', 'X-Amz-Expires']) {
    const answer = await got(`${url}/v1/bars?symbols=AAPL&${name}=1`);
    expect(answer).toContain('400 {');
    expect(answer).toContain(`The parameter '${name}'`);
  }
  expect(api.asked).toHaveLength(asked);
});
