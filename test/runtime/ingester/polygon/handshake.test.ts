/** What is asked of the vendor again, and what never more. */
import { describe, expect, test } from '@jest/globals';
import { Handshake } from '../../../../runtime/ingester/polygon/handshake.ts';

const MINUTE = 60_000;
const status = (name: string, message = '') => ({ status: name, message });

function subscribed(topics: readonly string[]) {
  const sent: Record<string, string>[] = [];
  const handshake = new Handshake(
    { apiKey: 'k', topics, send: command => sent.push(command), onUnknown: () => undefined },
    0,
  );
  handshake.receive(status('connected'), 0);
  handshake.receive(status('auth_success'), 0);
  return { handshake, sent: () => sent.splice(0) };
}

describe('a topic that the vendor does not acknowledge', () => {
  test('is asked for again every minute once the others stand', () => {
    const { handshake, sent } = subscribed(['AM.A', 'AM.B']);
    handshake.receive(status('success', 'subscribed to: AM.A'), 0);
    expect(handshake.overdue(11_000)).toBeUndefined();
    expect([handshake.stage, handshake.unacknowledged]).toEqual(['live', ['AM.B']]);
    sent();
    expect(handshake.askAgain(MINUTE)).toEqual([]);
    expect(handshake.askAgain(MINUTE + 1)).toEqual(['AM.B']);
    expect(handshake.askAgain(MINUTE + 2)).toEqual([]);
    expect(sent()).toEqual([{ action: 'subscribe', params: 'AM.B' }]);
    handshake.receive(status('success', 'subscribed to: AM.B'), MINUTE + 3);
    expect(handshake.askAgain(3 * MINUTE)).toEqual([]);
  });

  test('is not asked for again when it was refused', () => {
    const { handshake } = subscribed(['AM.A', 'AM.B']);
    handshake.receive(status('success', 'subscribed to: AM.A'), 0);
    handshake.receive(status('error', 'not authorized'), 0);
    expect(handshake.stage).toBe('live');
    expect(handshake.askAgain(5 * MINUTE)).toEqual([]);
  });

  test('and that joined while the connection stood, is asked for again too', () => {
    const { handshake, sent } = subscribed(['AM.A']);
    handshake.receive(status('success', 'subscribed to: AM.A'), 0);
    handshake.change(['AM.A', 'AM.C'], 5 * MINUTE);
    sent();
    expect(handshake.askAgain(6 * MINUTE)).toEqual([]);
    expect(handshake.askAgain(6 * MINUTE + 1)).toEqual(['AM.C']);
  });
});
