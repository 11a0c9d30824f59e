/** The local Kinesis, DynamoDB, S3 and CloudWatch before a browser that somebody else's page makes ask them. */

import { request as ask } from 'node:http';
import { connect } from 'node:http2';
import { expect, test } from '@jest/globals';
import { AlarmServer } from '../../../local/engine/alarm-server.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { LocalServer } from '../../../local/engine/server.ts';

const BODY = '{}';
const TYPE = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.ListStreams' };

function statusOf(endpoint: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = ask(`${endpoint}/x/y`, { method: 'POST', headers: { ...TYPE, ...headers } }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    call.on('error', reject);
    call.end(BODY);
  });
}

test('nobody but this machine’s own programs reaches them', async () => {
  const servers = await Promise.all([
    LocalServer.start('kinesis'),
    LocalServer.start('dynamodb'),
    ObjectServer.start(),
    AlarmServer.start(),
  ]);
  try {
    for (const { endpoint } of servers) {
      const { host } = new URL(endpoint);
      expect(await statusOf(endpoint, { host: 'evil.example' })).toBe(403);
      expect(await statusOf(endpoint, { origin: 'http://evil.example' })).toBe(403);
      for (const own of [{ host }, { origin: endpoint }]) expect(await statusOf(endpoint, own)).not.toBe(403);
    }
    const [kinesis] = servers;
    expect(await overHttp2(kinesis.endpoint, 'evil.example')).toBe(403);
    expect(await overHttp2(kinesis.endpoint, new URL(kinesis.endpoint).host)).not.toBe(403);
  } finally {
    await Promise.all(servers.map(server => server.stop()));
  }
});

function overHttp2(endpoint: string, authority: string): Promise<number | undefined> {
  const session = connect(endpoint);
  return new Promise<number | undefined>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ...TYPE, ':method': 'POST', ':authority': authority });
    stream.on('response', headers => resolve(headers[':status']));
    stream.on('error', reject);
    stream.end(BODY);
  }).finally(() => session.close());
}
