/** A client that is measured: it is sent frames on the connection that it has now, and nobody waits for what was lost on another. */
import { expect, test } from '@jest/globals';
import { FrameServer } from '../../bench/frame-server.ts';
import { FrameClient } from '../../bench/frames-client.ts';
import { BLOCK_START, sampleSymbols } from '../../bench/sample.ts';
import { VendorFrames } from '../../bench/vendor-frames.ts';

const SYMBOLS = 1_500;

test('a client that has connected anew is measured on that connection; a connection lost in the middle is an error', async () => {
  await using open = new AsyncDisposableStack();
  const server = open.adopt(await FrameServer.start(), each => each.stop());
  const client = open.adopt(await FrameClient.start('ingest', server), each => each.stop());
  const market = new VendorFrames(sampleSymbols(SYMBOLS), BLOCK_START);
  const taken = () => client.take(market.minutes(1), SYMBOLS, market.next);
  expect(await taken()).toMatchObject({ wall: expect.any(Number), processor: expect.any(Number) });
  server.drop();
  expect(await taken()).toMatchObject({ wall: expect.any(Number) });
  const broken = function* () {
    yield* market.minutes(1).slice(1);
    server.drop();
  };
  await expect(client.take(broken(), SYMBOLS, market.next)).rejects.toThrow(
    'the client lost its connection while it took frames',
  );
});
