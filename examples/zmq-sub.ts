/** Prints every envelope of a stream: `node examples/zmq-sub.ts [ENDPOINT] [TOPIC]`, with `SINK=zmq npm run stream` beside it. */
import { Subscriber } from 'zeromq';

const [endpoint = 'tcp://127.0.0.1:5556', prefix = ''] = process.argv.slice(2);
const subscriber = new Subscriber();
await subscriber.bind(endpoint);
subscriber.subscribe(prefix);
console.error(`listening at ${subscriber.lastEndpoint}`);
let last: number | undefined;
for await (const [, line] of subscriber) {
  const { seq }: { seq: number } = JSON.parse(String(line));
  // Where all topics are taken, a hole is a drop.
  if (prefix === '' && last !== undefined && seq > last + 1)
    console.error(`${seq - last - 1} events never came`);
  last = seq;
  console.log(String(line));
}
