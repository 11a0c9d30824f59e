/** Envelopes on their way to a subscriber of ZeroMQ. */
import { expect, test } from '@jest/globals';
import { Subscriber } from 'zeromq';
import { ZmqPublisher } from '../../../../../runtime/ingester/sinks/zmq/zmq.ts';

const EVENTS = 8_192;

test('a burst goes out in few turns of the event loop, whole and in order, and nothing else has to wait for all of it', async () => {
  const subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  await subscriber.bind('tcp://127.0.0.1:*');
  subscriber.subscribe('');
  const outlet = await ZmqPublisher.open({
    ...{
      endpoint: subscriber.lastEndpoint ?? '',
      bind: false,
      sendHighWaterMark: 4 * EVENTS,
      topicPrefix: '',
    },
    lineOf: ({ seq }) => `{"seq":${seq}}`,
  });
  const event = { kind: 'T', symbol: 'AAPL', topic: 'T.AAPL', ts: 1, text: '{}', ingestTs: 1 };
  // Whoever subscribes late misses what was sent before: the first that comes says that it stands.
  const first = subscriber.receive();
  let stands = false;
  void first.then(() => {
    stands = true;
  });
  while (!stands) {
    await outlet.write([{ ...event, seq: 0 }]);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  let turns = 0;
  let isWriting = true;
  const count = () => {
    turns++;
    if (isWriting) setImmediate(count);
  };
  setImmediate(count);
  const burst = Array.from({ length: EVENTS }, (_, n) => ({ ...event, seq: n + 1 }));
  expect(await outlet.write(burst)).toEqual({ left: [] });
  isWriting = false;
  expect(turns).toBeGreaterThan(1);
  expect(turns).toBeLessThan(EVENTS / 800);
  const seqs: number[] = [];
  for await (const [topic, line] of subscriber) {
    const { seq }: { seq: number } = JSON.parse(String(line));
    if (seq === 0) continue;
    expect(String(topic)).toBe('T:AAPL');
    if (seqs.push(seq) === EVENTS) break;
  }
  expect(seqs).toEqual(burst.map(({ seq }) => seq));
  await outlet.close();
  subscriber.close();
});
