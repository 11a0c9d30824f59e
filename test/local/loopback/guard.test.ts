/** Who may ask the local servers. */
import { expect, test } from '@jest/globals';
import { foreign } from '../../../local/loopback/guard.ts';

test.each([
  ['127.0.0.1:8080', undefined],
  ['localhost', undefined],
  ['LOCALHOST:1', 'http://localhost:1'],
  ['[::1]:8080', 'http://[::1]:8080'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
])('a request to %s from %s is this machine’s own', (host, origin) => {
  expect(foreign({ host, origin })).toBeUndefined();
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['evil.example:8080', undefined],
  ['127.0.0.1.evil.example', undefined],
  ['localhost.evil.example:80', undefined],
  ['evil.example#127.0.0.1', undefined],
  ['127.0.0.1:8080, evil.example', undefined],
  ['user@127.0.0.1', undefined],
  ['169.254.169.254', undefined],
])('host %s is not this machine', (host, origin) => {
  expect(foreign({ host, origin })).toBe(
    `host '${host ?? ''}' is not this machine: use 127.0.0.1 or localhost`,
  );
});

test.each([
  'null',
  'http://evil.example',
  'http://127.0.0.1:8081',
  'https://127.0.0.1:8080',
  'http://localhost:8080',
])('origin %s is another’s', origin => {
  expect(foreign({ host: '127.0.0.1:8080', origin })).toBe(
    `origin '${origin}' is another's: only pages from http://127.0.0.1:8080 may ask here`,
  );
});
