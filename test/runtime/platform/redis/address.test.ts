/** Addresses of Redis servers, whose passwords nobody reads in a message. */
import { describe, expect, test } from '@jest/globals';
import { redisAddress, withoutPassword } from '../../../../runtime/platform/redis/address.ts';

describe('the address of a Redis server', () => {
  test.each([
    'redis://127.0.0.1:6379',
    'rediss://user:p%40ss@cache.example:6380/2',
    'redis://[::1]:6379/0',
    'https://us1.upstash.example',
    'http://127.0.0.1:8079',
  ])('may be %s', text => {
    expect(redisAddress(` ${text}\n`)).toBe(text);
  });

  test.each([
    ['127.0.0.1:6379', 'it begins with no scheme that is known: use `redis://'],
    ['http://us1.example.io', 'it would send the token in plain text: use https://'],
    ['https://us1.example.io/0', 'nothing may follow the host'],
    ['https://x:hunter2@us1.example.io', 'an HTTP address holds no password'],
    ['redis://', 'it names no host'],
    ['redis://h/prices', 'the database is no number'],
    ['redis://h:port', 'it is no address'],
    ['redis://h/0?x=1', 'nothing may follow the database'],
    ['redis://:p%zzhunter2@h', "has a '%' that stands for no character"],
    ['redis://:hunter2@h:99999', 'it is no address'],
  ])('is not %s', (text, problem) => {
    const refused = () => redisAddress(text);
    expect(refused).toThrow(RangeError);
    expect(refused).toThrow(problem);
    expect(refused).not.toThrow('hunter2');
  });

  test('is shown without user and password', () => {
    expect(withoutPassword('rediss://user:p%40ss@cache.example:6380/2')).toBe(
      'rediss://cache.example:6380/2',
    );
  });
});
