/** `npm run image:bump`, against a registry on this machine. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Folder } from '../../support/folder.ts';

const COMMAND = join(import.meta.dirname, '../../../local/release/image-bump.ts');
const DOCKERFILE = 'lib/pipeline/ingester.Dockerfile';
const TOKEN = 'for-anybody';

let folder: Folder;
let server: Server;
let registry: string;
/** What it has, by path. */
let contents: Map<string, string>;

const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

beforeEach(async () => {
  folder = new Folder();
  contents = new Map();
  server = createServer(({ url = '', headers }, response) => {
    if (url.startsWith('/token?')) {
      const scope = new URLSearchParams(url.slice(url.indexOf('?'))).get('scope');
      response.end(JSON.stringify({ token: scope === 'repository:library/node:pull' ? TOKEN : 'none' }));
    } else if (headers.authorization !== `Bearer ${TOKEN}`) {
      const challenge = `Bearer realm="http://${registry}/token",service="here",scope="repository:library/node:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else {
      const content = contents.get(url.replace('/v2/library/node/', ''));
      response.writeHead(content === undefined ? 404 : 200).end(content);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  registry = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  write(DOCKERFILE, `ARG BASE=${registry}/library/node:24-slim\nFROM $BASE\nUSER node\n`);
  write('package.json', '{"devDependencies":{"node":"24.1.0"}}');
  write('package-lock.json', '{"lockfileVersion":3}');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  folder[Symbol.dispose]();
});

function write(file: string, content: string): void {
  mkdirSync(join(folder.path, file, '..'), { recursive: true });
  writeFileSync(join(folder.path, file), content);
}

const text = (file: string) => readFileSync(join(folder.path, file), 'utf8');

/** Lets the tag name an image that holds that Node. @returns its digest */
function publish(node: string, architecture = 'arm64'): string {
  const put = (kind: string, document: object): string => {
    const content = JSON.stringify(document);
    contents.set(`${kind}/${digestOf(content)}`, content);
    return digestOf(content);
  };
  const config = put('blobs', { config: { Env: ['PATH=/bin', `NODE_VERSION=${node}`] } });
  const other = put('manifests', { config: { digest: put('blobs', {}) } });
  const index = {
    manifests: [
      { digest: other, platform: { os: 'linux', architecture: 'amd64' } },
      { digest: put('manifests', { config: { digest: config } }), platform: { os: 'linux', architecture } },
    ],
  };
  contents.set('manifests/24-slim', JSON.stringify(index));
  return digestOf(JSON.stringify(index));
}

/** An npm of the test's own, that says what it is asked for. */
function npmThat(does: string): void {
  write('bin/npm', `#!/bin/sh\n${does}\n`);
  chmodSync(join(folder.path, 'bin/npm'), 0o755);
}

function bump(...args: readonly string[]): Promise<{ code: unknown; said: string }> {
  const PATH = `${join(folder.path, 'bin')}${delimiter}${process.env['PATH']}`;
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [COMMAND, ...args],
      { cwd: folder.path, env: { ...process.env, PATH } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: `${stdout}${stderr}`.trim() }),
    );
  });
}

test('pins the base to what its tag names now, and the package node to the Node in it', async () => {
  const digest = publish('24.2.0');
  npmThat('echo "{\\"for\\":\\"$*\\"}" > package-lock.json; sed -i.bak s/24.1.0/24.2.0/ package.json');
  const { code, said } = await bump();
  expect({ code, said: said.split('\n') }).toEqual({
    code: 0,
    said: [
      `library/node:24-slim is ${digest}, with Node 24.2.0: pinned is none`,
      'the package node is 24.1.0',
      'the package node is 24.2.0 now: npm ci brings it here',
    ],
  });
  expect(text(DOCKERFILE)).toBe(
    `ARG BASE=${registry}/library/node:24-slim@${digest}\nFROM $BASE\nUSER node\n`,
  );
  expect(text('package.json')).toBe('{"devDependencies":{"node":"24.2.0"}}');
  expect(text('package-lock.json')).toContain(
    '--save-exact --package-lock-only --ignore-scripts node@24.2.0',
  );

  expect(await bump('--check')).toEqual({
    code: 0,
    said: `library/node:24-slim is ${digest}, with Node 24.2.0: it is pinned`,
  });
});

test('with --check it changes nothing, and its exit code says that something newer is there', async () => {
  publish('24.2.0');
  const before = text(DOCKERFILE);
  expect((await bump('--check')).code).toBe(1);
  expect([text(DOCKERFILE), text('package.json')]).toEqual([before, '{"devDependencies":{"node":"24.1.0"}}']);
});

test('leaves the package node as it is where npm has no such version, and says so', async () => {
  const digest = publish('24.2.0');
  npmThat('echo "npm error notarget No matching version" >&2; exit 1');
  const { code, said } = await bump();
  expect(code).toBe(1);
  expect(said).toContain(
    "the package node stays 24.1.0, for npm says 'npm error notarget No matching version': repeat later",
  );
  expect(text(DOCKERFILE)).toContain(digest);
  expect(text('package-lock.json')).toBe('{"lockfileVersion":3}');
});

test.each([
  ['cannot be reached', () => server.close(), / cannot be reached \(ECONNREFUSED\): .*no digest is made up$/],
  ['has no such tag', () => contents.clear(), / answers 404 to 'manifests\/24-slim': use a tag that it has/],
  [
    'has no image for arm64',
    () => publish('24.2.0', 's390x'),
    / has no image for linux\/arm64 under the tag/,
  ],
  [
    'sends something else than it was asked for',
    () => {
      for (const [path, content] of contents) if (path.includes('sha256:')) contents.set(path, `${content} `);
    },
    / sends something else than sha256:[0-9a-f]{64}: look for a proxy/,
  ],
])('changes nothing where the registry %s, and says why', async (_, spoil, said) => {
  publish('24.2.0');
  spoil();
  const before = text(DOCKERFILE);
  const result = await bump();
  expect(result.code).toBe(2);
  expect(result.said).toMatch(said);
  expect(text(DOCKERFILE)).toBe(before);
});
