/** `npm run page` as an operator runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { GatewayHttp } from '../../../local/engine/gateway/http.ts';
import type { GatewayRequest } from '../../../local/engine/gateway/message.ts';
import { checkSignature } from '../../../local/engine/gateway/signature.ts';
import { operate } from '../../support/operate.ts';
import { FakeAws } from './support/fake-aws.ts';

const shown = new Set<ChildProcess>();
afterEach(() => {
  for (const child of shown) child.kill('SIGKILL');
  shown.clear();
});

test('what cannot be shown is said in one line, and -h tells how it is used', async () => {
  const [help, ...refused] = await Promise.all([
    operate('page', ['-h', '--env']),
    operate('page', []),
    operate('page', ['--env', 'nowhere']),
    operate('page', ['--env', 'dev', '--api', 'https://bars.example.com/v1']),
  ]);
  expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: npm run page -- --env NAME/) });
  expect(refused).toEqual(
    [
      'whose page? Give --env NAME; that of a pipeline on this machine is where npm start says',
      expect.stringMatching(/^environment 'nowhere' is unknown: use one of dev, prod.*$/),
      "--api 'https://bars.example.com/v1' is no address of an API: use one such as https://bars.example.com",
    ].map(errors => ({ code: 2, out: '', errors })),
  );
});

test('of an environment asks its API, signed with the operator’s own credentials, and Ctrl-C ends it with 0', async () => {
  const aws = await FakeAws.start();
  const asked: GatewayRequest[] = [];
  const secretOf = (id: string) => (id === 'key' ? { secretAccessKey: 'secret' } : undefined);
  const rules = { region: 'eu-west-1', service: 'execute-api', secretOf, now: Date.now };
  const gateway = await GatewayHttp.start(async request => {
    asked.push(request);
    const { fault } = { fault: undefined, ...checkSignature(request, rules) };
    return {
      status: fault === undefined ? 200 : 403,
      headers: {},
      body: Buffer.from(fault ?? '{"feeds":[]}'),
    };
  });
  try {
    const own = await showing(['--env', 'dev', '--port', '0'], aws.variables);
    expect(own.line).toMatch(/\(https:\/\/api\w+\.execute-api\.eu-west-1\.amazonaws\.com\); Ctrl-C ends$/);
    expect(await own.end()).toBe(0);
    const { line, end } = await showing(
      ['--env', 'dev', '--port', '0', '--api', gateway.endpoint],
      aws.variables,
    );
    const [, address] = /^page: (http:\S+) /.exec(line) ?? [];
    const reply = await fetch(`${address}v1/status?feed=stocks`);
    expect([reply.status, await reply.text()]).toEqual([200, '{"feeds":[]}']);
    expect(asked.map(({ path, query }) => `${path}?${query}`)).toEqual(['/v1/status?feed=stocks']);
    expect(await (await fetch(address ?? '')).text()).toContain('&quot;pollSeconds&quot;:5');
    expect(await end()).toBe(0);
  } finally {
    await Promise.all([aws.stop(), gateway.stop()]);
  }
});

/** The command once it has said where the page is. */
async function showing(args: readonly string[], variables: Readonly<Record<string, string>>) {
  const script = fileURLToPath(new URL('../../../local/operate/page.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { env: { HOME: '/nonexistent', ...variables } });
  shown.add(child);
  const exit = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  const end = async () => {
    child.kill('SIGINT');
    const [code] = await exit;
    return code;
  };
  return { line: String(line), end };
}
