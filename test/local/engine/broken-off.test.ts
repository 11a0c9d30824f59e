/** The local Kinesis, DynamoDB, S3 and CloudWatch when whoever asks dies in the middle of what he sends. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { AlarmServer } from '../../../local/engine/alarm-server.ts';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { EcsServer } from '../../../local/engine/ecs-server.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { LocalServer } from '../../../local/engine/server.ts';
import { scratch } from './support/sample-stage.ts';

/** Sends half of a request's body and hangs up. */
async function breakOff(endpoint: string): Promise<void> {
  const { hostname, port, host } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = `PUT /bucket/key HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\nX-Amz-Target: Kinesis_20131202.PutRecords`;
  socket.write(`${head}\r\n\r\n${'x'.repeat(50)}`);
  // What is sent is there before the end of it.
  socket.end();
  await once(socket.resume(), 'close');
}

/** Sends a whole one. */
const ask = (endpoint: string) => fetch(`${endpoint}/bucket/key`, { method: 'PUT', body: 'not JSON' });

test('answers the next one, and keeps nothing of what was broken off', async () => {
  const [kinesis, dynamodb, objects, alarms, ecs] = await Promise.all([
    LocalServer.start('kinesis'),
    LocalServer.start('dynamodb'),
    ObjectServer.start(),
    AlarmServer.start(),
    EcsServer.start(),
  ]);
  const servers = [kinesis, dynamodb, objects, alarms, ecs];
  try {
    const bucket = new LocalBucket('Storage/Bucket', 'bucket', scratch());
    objects.buckets = [bucket];
    await breakOff(objects.endpoint);
    expect(await bucket.keys('')).toEqual([]);
    for (const { endpoint } of servers) {
      await breakOff(endpoint);
      expect((await ask(endpoint)).status).toBe(endpoint === objects.endpoint ? 200 : 400);
    }
    // Those that look into what they may have to refuse.
    for (const server of [kinesis, dynamodb]) {
      await server.refuse('some', 'all');
      await breakOff(server.endpoint);
      expect((await ask(server.endpoint)).status).toBe(400);
    }
  } finally {
    await Promise.all(servers.map(server => server.stop()));
  }
});
