/** A process that writes to a server by name, through a failover to another address: the name is known to nobody else. Argument: the port. */
import dns from 'node:dns';
import { RedisConnection } from '../../../../../runtime/platform/redis/connection.ts';
import { processTime } from '../../../../../runtime/platform/time.ts';

let address = '127.0.0.1';
Object.assign(dns, {
  lookup: (_: string, { all }: dns.LookupOptions, done: (...answer: readonly unknown[]) => void) =>
    done(null, all ? [{ address, family: 4 }] : address, 4),
});
const connection = new RedisConnection(`redis://cache.example:${process.argv[2]}`, processTime);
const set = (value: string) =>
  connection
    .use(send => send(['SET', 'k', value]))
    .then(
      () => console.log(`${value} is written`),
      error => console.log(error.message),
    );
await set('before');
await connection.use(send => send(['REPLICAOF', '127.0.0.1', '1']));
await set('during');
address = '127.0.0.2';
await set('after');
connection.close();
