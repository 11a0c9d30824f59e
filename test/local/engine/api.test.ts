/** HTTP APIs of a stage, asked over HTTP as in AWS. */
import { execFile } from 'node:child_process';
import { request as ask } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CfnStage, CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { LocalApi } from '../../../local/engine/api.ts';
import { LocalApis } from '../../../local/engine/apis.ts';
import { type AwsMetric, AwsMetrics } from '../../../local/engine/aws-metrics.ts';
import { type Engine, startEngine } from '../../../local/engine/engine.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { pythonWith } from '../../support/programs.ts';
import { skipped } from '../../support/skipped.ts';
import { functionOf, removeScratch, scratch, synthesize } from './support/sample-stage.ts';

/** Answers with what it got; what its query says, it does. */
const echo = `
  let calls = 0;
  export const handler = async event => {
    const { do: what } = event.queryStringParameters ?? {};
    calls++;
    if (what === 'throw') throw new Error('secret of the inside');
    if (what === 'die') process.exit(7);
    if (what === 'sleep') await new Promise(resolve => setTimeout(resolve, 60_000));
    if (what === 'nonsense') return { statusCode: 'x' };
    if (what === 'long') return 'x'.repeat(7 * 2 ** 20);
    return { statusCode: 200, headers: { 'content-type': 'application/json', etag: '"1"' }, body: JSON.stringify({ ...event, calls }) };
  };`;

/** Whose pages may ask. */
const PAGE = 'https://charts.example.com';

const FORMAT = JSON.stringify({
  ...{
    id: '$context.requestId',
    route: '$context.routeKey',
    path: '$context.path',
    status: '$context.status',
  },
  ...{ why: '$context.authorizer.error', wrong: '$context.integrationErrorMessage' },
});

/** Routes to the same function: signed, open, hardly any, and hardly waited for. */
function addApi(stack: Stack): void {
  const target = functionOf(stack, 'Echo', echo, { timeout: Duration.seconds(20) });
  const api = new HttpApi(stack, 'Api', {
    corsPreflight: {
      ...{ allowOrigins: [PAGE], allowMethods: [CorsHttpMethod.GET], maxAge: Duration.hours(1) },
      ...{ allowHeaders: ['authorization', 'x-amz-date'], exposeHeaders: ['etag'] },
    },
  });
  const methods = [HttpMethod.GET];
  const integration = new HttpLambdaIntegration('Integration', target);
  api.addRoutes({ path: '/v1/bars', methods, integration, authorizer: new HttpIamAuthorizer() });
  for (const path of ['/open', '/few']) api.addRoutes({ path, methods, integration });
  const impatient = new HttpLambdaIntegration('Impatient', target, { timeout: Duration.millis(50) });
  api.addRoutes({ path: '/late', methods, integration: impatient });
  const stage = api.defaultStage?.node.defaultChild;
  if (!(stage instanceof CfnStage)) throw new Error('no stage');
  stage.accessLogSettings = {
    destinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:x',
    format: FORMAT,
  };
  stage.routeSettings = { 'GET /few': { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 } };
  api.addStage('Live', { stageName: 'live', throttle: { rateLimit: 0.001, burstLimit: 1 } });
}

let engine: Engine;
let api: LocalApi;
let url: string;
const said: string[] = [];
const log: Record<string, string>[] = [];
const metrics: AwsMetric[] = [];

beforeAll(async () => {
  const clock = new EventClock({ now: Date.parse('2025-11-20T15:00:00Z'), speed: 0 });
  const assembly = synthesize(({ pipeline }) => addApi(pipeline));
  engine = await startEngine({
    assembly,
    clock,
    stage: 'test',
    folder: scratch(),
    say: line => said.push(line),
  });
  const [only] = engine.apis;
  if (only === undefined) throw new Error('no API');
  [api, url] = [only, only.endpoint];
  api.onAccess(line => log.push(JSON.parse(line)));
  engine.onAwsMetric(metric => metrics.push(metric));
});

afterAll(async () => {
  await engine.stop();
  removeScratch();
});

async function got(path: string, options = {}): Promise<string> {
  const reply = await fetch(`${url}${path}`, options);
  return `${reply.status} ${await reply.text()}`;
}

/** What a program that is no browser may send, and a browser may be made to. */
function raw(url: string, headers: Record<string, string>, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body.length) };
    const call = ask(url, { method: 'GET', headers: { ...length, ...headers } }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => (text += chunk));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    call.on('error', reject);
    call.end(body);
  });
}

describe('an HTTP API', () => {
  test('hands its function an event like API Gateway’s, by event time, and gives back what it answers', async () => {
    const reply = await fetch(`${url}/open?a=1&a=2`, { headers: { cookie: 'x=y' } });
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"1"']);
    const event = JSON.parse(await reply.text());
    expect(event).toMatchObject({
      ...{ version: '2.0', routeKey: 'GET /open', rawPath: '/open', cookies: ['x=y'], calls: 1 },
      queryStringParameters: { a: '1,2' },
      requestContext: { apiId: api.ref, timeEpoch: Date.parse('2025-11-20T15:00:00Z'), stage: '$default' },
    });
    expect(event.requestContext.requestId).toBe(reply.headers.get('apigw-requestid'));
    expect(log).toEqual([
      {
        id: event.requestContext.requestId,
        route: 'GET /open',
        path: '/open',
        status: '200',
        why: '-',
        wrong: '-',
      },
    ]);
    const seen = metrics.filter(({ namespace }) => namespace === 'AWS/ApiGateway');
    const [all, one] = [{ ApiId: api.ref }, { ApiId: api.ref, Stage: '$default' }];
    for (const dimensions of [all, one])
      expect(seen).toContainEqual({
        ...{ namespace: 'AWS/ApiGateway', name: '5xx', value: 0, dimensions },
        at: expect.any(Number),
      });
    expect(seen.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Count', '4xx', 'Latency', 'IntegrationLatency']),
    );
    // The function is kept for the next who asks.
    expect(JSON.parse(await (await fetch(`${url}/open`)).text()).calls).toBe(2);
  });

  test('answers what has no route, no signature or no answer in API Gateway’s words, and tells nothing of the inside', async () => {
    expect(await got('/nothing')).toBe('404 {"message":"Not Found"}');
    expect(await got('/open', { method: 'POST', body: '{}' })).toBe('404 {"message":"Not Found"}');
    expect(await got('/v1/bars?symbols=A')).toBe('403 {"message":"Forbidden"}');
    expect(log.at(-1)).toMatchObject({ route: 'GET /v1/bars', status: '403', why: 'it is not signed' });
    expect(await got('/open?a=%')).toBe('400 {"message":"Bad Request"}');
    const failed = '500 {"message":"Internal Server Error"}';
    for (const what of ['throw', 'die', 'nonsense', 'long'])
      expect(await got(`/open?do=${what}`)).toBe(failed);
    expect(said.join('\n')).toContain('secret of the inside');
    engine.function('Echo').fault = 'throttle';
    expect(await got('/open')).toBe('503 {"message":"Service Unavailable"}');
    engine.function('Echo').fault = undefined;
    expect(await got('/open')).toMatch(/^200 /);
  });

  test('gives up on a function that takes longer than the integration may', async () => {
    const reply = await fetch(`${url}/late?do=sleep`);
    expect([reply.status, await reply.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    expect(log.at(-1)?.['wrong']).toBe('no answer within 50 ms');
  });

  test('takes no request that is another’s, too long or not one', async () => {
    const forbidden = '403 {"message":"Forbidden"}';
    expect(await raw(`${url}/open`, { host: 'evil.example' })).toBe(forbidden);
    expect(await raw(`${url}/open`, { origin: 'http://evil.example' })).toBe(forbidden);
    expect(await raw(`${url}/open`, { origin: url })).toMatch(/^200 /);
    expect(await raw(`${url}/open`, {}, 'x'.repeat(10 * 2 ** 20 + 1))).toBe(
      '413 {"message":"Request Entity Too Large"}',
    );
    // As base64 in an event it is longer than an invocation may be.
    expect(await raw(`${url}/open`, {}, 'x'.repeat(5 * 2 ** 20))).toBe(
      '413 {"message":"Request Entity Too Large"}',
    );
    expect(await raw(`${url}/open`, { 'x-long': 'x'.repeat(11_000) })).toMatch(/^431 /);
  });

  test('tells pages of the origins that it names what they may ask, and lets them read its answers, refusals too', async () => {
    const asks = {
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    const before = await fetch(`${url}/v1/bars`, { method: 'OPTIONS', headers: { origin: PAGE, ...asks } });
    expect([before.status, await before.text()]).toEqual([204, '']);
    expect(Object.fromEntries(before.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization,x-amz-date',
      'access-control-max-age': '3600',
    });
    for (const [path, status] of [
      ['/open', 200],
      ['/v1/bars', 403],
      ['/nothing', 404],
    ] as const) {
      const { headers, ...reply } = await fetch(`${url}${path}`, { headers: { origin: PAGE } }).then(
        each => ({ status: each.status, headers: Object.fromEntries(each.headers) }),
      );
      expect(reply.status).toBe(status);
      expect(headers).toMatchObject({
        ...{ 'access-control-allow-origin': PAGE, 'access-control-expose-headers': 'etag', vary: 'origin' },
      });
    }
    // Without an origin nothing is said of any, and without its headers it is a route that there is not.
    expect((await fetch(`${url}/open`)).headers.has('access-control-allow-origin')).toBe(false);
    expect((await fetch(`${url}/open`, { method: 'OPTIONS' })).status).toBe(404);
    for (const origin of ['https://evil.example', 'null', `${PAGE}.evil.example`])
      expect(await raw(`${url}/open`, { origin })).toBe('403 {"message":"Forbidden"}');
  });

  test('lets as many through as a route, or else its stage, allows', async () => {
    for (const path of ['/few', '/few', '/live/few', '/live/open']) expect(await got(path)).toMatch(/^200 /);
    for (const path of ['/few', '/live/few', '/live/open'])
      expect(await got(path)).toBe('429 {"message":"Too Many Requests"}');
    expect(await got('/alive/open')).toBe('404 {"message":"Not Found"}');
  });

  test('lets in whom botocore signs for, in headers and presigned', async () => {
    const python = pythonWith('botocore');
    if (python === undefined) return skipped('no Python with botocore is on this machine');
    const program = `
import sys
from urllib.request import Request, urlopen
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
for kind in (SigV4Auth, SigV4QueryAuth):
    request = AWSRequest("GET", sys.argv[1], headers={"x-note": " a  b "})
    kind(Credentials("local", "local"), "execute-api", "us-east-1").add_auth(request)
    ready = request.prepare()
    print(urlopen(Request(ready.url, headers=dict(ready.headers))).status)
`;
    const asked = `${url}/v1/bars?symbols=BRK.B%2CO%3ASPY%20X&b=~%2A%27%28%29&a=%C3%A4&a=&from=2025-11-20T14%3A30%3A00%2B01%3A00`;
    const { stdout } = await promisify(execFile)(python, ['-c', program, asked]);
    expect(stdout).toBe('200\n200\n');
  });
});

const INTEGRATION = {
  ...{ ApiId: 'a', IntegrationType: 'AWS_PROXY', IntegrationUri: 'arn:x', PayloadFormatVersion: '2.0' },
};

test.each([
  [
    'Api',
    { Name: 'a', ProtocolType: 'HTTP', CorsConfiguration: { AllowOrigins: ['*'] } },
    /name the origins that may ask on this machine/,
  ],
  ['Api', { Name: 'a', ProtocolType: 'WEBSOCKET' }, /ProtocolType/],
  ['Integration', { ...INTEGRATION, RequestParameters: {} }, /RequestParameters/],
  ['Integration', { ...INTEGRATION, PayloadFormatVersion: '1.0' }, /PayloadFormatVersion/],
  ['Integration', INTEGRATION, /Stack\/X calls arn:x, which is not a function of the stage/],
  ['Route', { ApiId: 'a', RouteKey: '/a', Target: 'x' }, /Stack\/X has route key '\/a': use '\$default'/],
  [
    'Route',
    { ApiId: 'a', RouteKey: '$default', Target: 'x' },
    /Stack\/X leads to x, which is not an integration/,
  ],
  ['Route', { ApiId: 'a', RouteKey: '$default', Target: 'x', AuthorizationType: 'JWT' }, /AuthorizationType/],
  ['Stage', { ApiId: 'a', StageName: '$default' }, /Stack\/X belongs to a, which is not an API of the stage/],
] as const)('%s of %j says that it does not run here', async (kind, properties, message) => {
  const clock = new EventClock({ now: 0, speed: 0 });
  const apis = new LocalApis([], {
    clock,
    awsMetrics: new AwsMetrics(clock),
    logged: () => {},
    say: () => {},
  });
  const resource = {
    stackName: 'Stack',
    logicalId: 'X',
    path: 'Stack/X',
    type: kind,
    properties,
    condition: undefined,
  };
  await expect(async () => apis[`create${kind}`](resource, properties)).rejects.toThrow(message);
});
