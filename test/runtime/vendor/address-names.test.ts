/** The vendor's hosts and addresses. */
import { describe, expect, test } from '@jest/globals';
import { delayedForm, hostDelay, socketUrl } from '../../../runtime/vendor/address-names.ts';

describe('a host', () => {
  test('has a form that sends the same later', () => {
    const hosts = ['socket.massive.com', 'business.massive.com', 'delayed.massive.com'];
    expect(hosts.map(delayedForm)).toEqual([
      'delayed.massive.com',
      'delayed-business.massive.com',
      'delayed.massive.com',
    ]);
  });

  test('sends as late as its name and its market tell', () => {
    const late = (host: string) => [hostDelay(host, 'stocks'), hostDelay(host, 'futures')];
    expect(late('delayed-business.massive.com')).toEqual([900_000, 600_000]);
    expect(late('socket.massive.com')).toEqual([0, 0]);
  });

  test('is spoken to without encryption on this machine alone', () => {
    expect(socketUrl('localhost:9000', 'crypto')).toBe('ws://localhost:9000/crypto');
    for (const host of ['socket.massive.com', 'localhost.example', '127.0.0.1.example', 'a127.0.0.1'])
      expect(socketUrl(host, 'stocks')).toBe(`wss://${host}/stocks`);
  });
});
