/** The gateway's parts: which route a request takes, what its function is told, and what becomes of the answer. */
import { describe, expect, test } from '@jest/globals';
import { accessLine } from '../../../../local/engine/gateway/access-log.ts';
import { eventOf } from '../../../../local/engine/gateway/event.ts';
import { INVOCATION_LIMIT, replyOf } from '../../../../local/engine/gateway/result.ts';
import { bestRoute, pathOf } from '../../../../local/engine/gateway/routes.ts';
import { Throttle } from '../../../../local/engine/gateway/throttle.ts';

describe('a route', () => {
  const keys = [
    '$default',
    'ANY /v1/{all+}',
    'GET /v1/{name}',
    'GET /v1/bars',
    'ANY /v1/bars',
    'GET /',
    'GET /a/{b}/c',
  ];
  const routes = keys.map(key => ({ key, match: pathOf(key) ?? { method: '', segments: undefined } }));

  test.each([
    ['GET', '/v1/bars', 'GET /v1/bars', {}],
    ['POST', '/v1/bars', 'ANY /v1/bars', {}],
    ['GET', '/v1/other', 'GET /v1/{name}', { name: 'other' }],
    ['GET', '/v1/a%2Fb%20c', 'GET /v1/{name}', { name: 'a/b c' }],
    ['GET', '/v1/100%', 'GET /v1/{name}', { name: '100%' }],
    ['GET', '/v1/a/b', 'ANY /v1/{all+}', { all: 'a/b' }],
    ['PUT', '/v1/other', 'ANY /v1/{all+}', { all: 'other' }],
    ['GET', '/', 'GET /', {}],
    ['GET', '/v1/', '$default', {}],
    ['GET', '/v1%2Fbars', '$default', {}],
    ['GET', '/a/x/c', 'GET /a/{b}/c', { b: 'x' }],
    ['GET', '/a/x/c/', '$default', {}],
  ])('of %s %s is %s', (method, path, key, parameters) => {
    expect(bestRoute(routes, method, path)).toMatchObject({ route: { key }, parameters });
  });

  test('is none where none fits', () => {
    const only = routes.filter(({ key }) => key === 'GET /v1/bars');
    expect(bestRoute(only, 'POST', '/v1/bars')).toBeUndefined();
    expect(bestRoute(only, 'GET', '/v1/BARS')).toBeUndefined();
  });

  test.each(['', 'GET', 'get /a', '/a', 'GET a', 'GET /{a+}/b', '$connect'])('key %j is refused', key => {
    expect(pathOf(key)).toBeUndefined();
  });
});

describe('an event', () => {
  const context = {
    ...{ account: '000000000000', apiId: 'abc', stage: '$default', stageVariables: undefined },
    ...{
      routeKey: 'GET /v1/bars',
      parameters: {},
      requestId: 'r',
      time: Date.parse('2025-11-20T14:30:01.5Z'),
    },
  };
  const request = {
    ...{ method: 'GET', path: '/v1/bars', query: '', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
    ...{ headers: new Map([['host', ['127.0.0.1:1']]]), body: Buffer.alloc(0) },
  };

  test('is of payload format 2.0', () => {
    const asked = {
      ...request,
      query: 'symbols=A%2CB&symbols=C+D&__proto__=x&empty',
      headers: new Map([
        ['host', ['127.0.0.1:1']],
        ['user-agent', ['me']],
        ['accept', ['text/csv', 'text/html']],
        ['cookie', ['a=1; b=2']],
      ]),
    };
    const event = eventOf(asked, { ...context, accessKeyId: 'local' });
    expect(JSON.parse(JSON.stringify(event))).toEqual({
      ...{ version: '2.0', routeKey: 'GET /v1/bars', rawPath: '/v1/bars', rawQueryString: asked.query },
      cookies: ['a=1', 'b=2'],
      headers: {
        ...{ host: '127.0.0.1:1', 'user-agent': 'me', accept: 'text/csv,text/html' },
        ...{ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
      },
      queryStringParameters: JSON.parse('{"symbols":"A,B,C D","__proto__":"x","empty":""}'),
      requestContext: {
        ...{ accountId: '000000000000', apiId: 'abc', domainName: '127.0.0.1:1', domainPrefix: '127' },
        authorizer: {
          iam: {
            ...{ accessKey: 'local', accountId: '000000000000', callerId: 'local', cognitoIdentity: null },
            ...{ principalOrgId: null, userArn: 'arn:aws:iam::000000000000:user/local', userId: 'local' },
          },
        },
        http: {
          ...{ method: 'GET', path: '/v1/bars', protocol: 'HTTP/1.1' },
          ...{ sourceIp: '127.0.0.1', userAgent: 'me' },
        },
        ...{ requestId: 'r', routeKey: 'GET /v1/bars', stage: '$default' },
        ...{ time: '20/Nov/2025:14:30:01 +0000', timeEpoch: context.time },
      },
      isBase64Encoded: false,
    });
  });

  test('says nothing of a query, cookies, a signature or a body that are not there', () => {
    const event = eventOf(request, context);
    for (const name of ['queryStringParameters', 'cookies', 'body', 'pathParameters', 'stageVariables'])
      expect(event).not.toHaveProperty(name);
    expect(event).not.toHaveProperty('requestContext.authorizer');
  });

  test.each([
    ['application/json; charset=utf-8', 'ü', 'ü', false],
    ['text/plain', 'x', 'x', false],
    ['application/octet-stream', 'ü', 'w7w=', true],
    [undefined, 'x', 'eA==', true],
  ])('has a body of type %s as text or in base64', (type, text, body, isBase64Encoded) => {
    const headers = new Map(type === undefined ? [] : [['content-type', [type]]]);
    expect(eventOf({ ...request, headers, body: Buffer.from(text) }, context)).toMatchObject({
      body,
      isBase64Encoded,
    });
  });
});

describe('what a function returns', () => {
  const shown = (result: unknown) => {
    const { body, ...reply } = replyOf(result);
    return { ...reply, body: body.toString() };
  };
  const broken = {
    ...{ status: 500, headers: { 'content-type': 'application/json' } },
    body: '{"message":"Internal Server Error"}',
  };

  test('with a status code is the reply that it says', () => {
    const result = {
      ...{
        statusCode: '404',
        headers: { 'Content-Type': 'text/csv', ETag: 7, Connection: 'x', 'Content-Length': 1 },
      },
      ...{ cookies: ['a=1', 'b=2'], body: 'w7w=', isBase64Encoded: true },
    };
    const headers = { 'content-type': 'text/csv', etag: '7', 'set-cookie': ['a=1', 'b=2'] };
    expect(shown(result)).toEqual({ status: 404, headers, body: 'ü' });
    expect(shown({ statusCode: 304 })).toMatchObject({ status: 304, body: '' });
  });

  test.each([
    [{ a: 1 }, '{"a":1}'],
    ['Hello', 'Hello'],
    [null, 'null'],
    [[1], '[1]'],
  ])('without one is the body of a 200: %j', (result, body) => {
    expect(shown(result)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });

  test.each([
    [{ statusCode: 'x' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: { 'x-a': 'b\r\nset-cookie: c' } }],
    [{ statusCode: 200, headers: { 'x a': 'b' } }],
    [{ statusCode: 200, cookies: ['a=\n'] }],
    [{ statusCode: 200, headers: { a: ['b'] } }],
    ['x'.repeat(INVOCATION_LIMIT + 1)],
  ])('is an error of the server when it is no answer', result => {
    expect(shown(result)).toEqual(broken);
  });
});

test('a throttle lets a burst through, and then so many a second', () => {
  let now = 0;
  const throttle = new Throttle({ rate: 10, burst: 3 }, () => now);
  const passed = (tries: number) =>
    Array.from({ length: tries }, () => throttle.pass()).filter(Boolean).length;
  expect(passed(9)).toBe(3);
  now = 99;
  expect(passed(1)).toBe(0);
  now = 100;
  expect(passed(9)).toBe(1);
  now = 60_000;
  expect(passed(9)).toBe(3);
});

test('a line of the access log has what is known, and keeps its form whatever was sent', () => {
  const format = '{"ip":"$context.identity.sourceIp","path":"$context.path","why":"$context.toString"}';
  const line = accessLine(format, { 'identity.sourceIp': '::1', path: '/"\n\\' });
  expect(JSON.parse(line)).toEqual({ ip: '::1', path: '/"\n\\', why: '-' });
  expect(line).not.toContain('\n');
});
