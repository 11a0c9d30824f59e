/** Child process that is one roll-up function: serves each event it is sent, and tells how long that took. */
import type { Context, KinesisStreamEvent } from 'aws-lambda';

const { handler } = await import('../runtime/rollup/handler.ts');
const TIMEOUT = 120_000;

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'rollup',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:rollup',
  memoryLimitInMB: '1024',
  awsRequestId: 'bench',
  logGroupName: 'rollup',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => TIMEOUT,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

process.on('message', async (message: unknown) => {
  if (!isEvent(message)) throw new TypeError('the parent sends Kinesis events');
  const [start, processor] = [performance.now(), process.cpuUsage()];
  await handler(message, context);
  const { user, system } = process.cpuUsage(processor);
  process.send?.({ wall: (performance.now() - start) / 1e3, processor: (user + system) / 1e6 });
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');

function isEvent(message: unknown): message is KinesisStreamEvent {
  return typeof message === 'object' && message !== null && 'Records' in message;
}
