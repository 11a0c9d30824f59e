/** How a subscription comes to stand: what brings it further, what is asked again, and what never more. */
import { describe, expect, test } from '@jest/globals';
import { Handshake } from '../../../../runtime/vendor/socket/handshake.ts';

const MINUTE = 60_000;
const status = (name: string, message = '', topics: string[] = []) => ({ status: name, message, topics });
const acknowledged = (...topics: string[]) => status('success', 'subscribed to: …', topics);

function fresh(topics: readonly string[]) {
  const sent: Record<string, string>[] = [];
  const handshake = new Handshake(
    { apiKey: 'k', topics, send: command => sent.push(command), onUnknown: () => undefined },
    0,
  );
  return { handshake, sent: () => sent.splice(0) };
}

function subscribed(topics: readonly string[]) {
  const made = fresh(topics);
  made.handshake.receive(status('connected'), 0);
  made.handshake.receive(status('auth_success'), 0);
  return made;
}

describe('a topic that the vendor does not acknowledge', () => {
  test('is asked for again every minute once the others stand', () => {
    const { handshake, sent } = subscribed(['AM.A', 'AM.B']);
    handshake.receive(acknowledged('AM.A'), 0);
    expect(handshake.overdue(11_000)).toBeUndefined();
    expect([handshake.stage, handshake.unacknowledged]).toEqual(['live', ['AM.B']]);
    sent();
    expect(handshake.askAgain(MINUTE)).toEqual([]);
    expect(handshake.askAgain(MINUTE + 1)).toEqual(['AM.B']);
    expect(handshake.askAgain(MINUTE + 2)).toEqual([]);
    expect(sent()).toEqual([{ action: 'subscribe', params: 'AM.B' }]);
    handshake.receive(acknowledged('AM.B'), MINUTE + 3);
    expect(handshake.askAgain(3 * MINUTE)).toEqual([]);
  });

  test('is not asked for again when it was refused', () => {
    const { handshake } = subscribed(['AM.A', 'AM.B']);
    handshake.receive(acknowledged('AM.A'), 0);
    handshake.receive(status('error', 'not authorized'), 0);
    expect(handshake.stage).toBe('live');
    expect(handshake.askAgain(5 * MINUTE)).toEqual([]);
  });

  test('and that joined while the connection stood, is asked for again too', () => {
    const { handshake, sent } = subscribed(['AM.A']);
    handshake.receive(acknowledged('AM.A'), 0);
    handshake.change(['AM.A', 'AM.C'], 5 * MINUTE);
    sent();
    expect(handshake.askAgain(6 * MINUTE)).toEqual([]);
    expect(handshake.askAgain(6 * MINUTE + 1)).toEqual(['AM.C']);
  });
});

describe('a handshake', () => {
  const drip = [
    status('connected'),
    status('rebooting', 'in a while'),
    status('success', 'unsubscribed to: AM.A'),
    status('error', 'no such thing'),
    acknowledged('AM.FOREIGN', ''),
  ];

  test.each([
    ['authenticating', [status('connected')]],
    ['subscribing', [status('connected'), status('auth_success')]],
  ])('that is %s is not kept waiting by statuses that bring it no further', (stage, steps) => {
    const { handshake } = fresh(['AM.A', 'AM.B']);
    for (const step of steps) handshake.receive(step, 0);
    for (let second = 1; second <= 10; second++)
      for (const each of drip) expect(handshake.receive(each, second * 1_000)).toBeUndefined();
    expect(handshake.stage).toBe(stage);
    expect(handshake.overdue(10_000)).toBeUndefined();
    expect(handshake.overdue(10_001)).toEqual({ kind: 'lost', cause: `no answer while ${stage} for 10 s` });
  });

  test('has new patience after every step and every new topic', () => {
    const { handshake } = fresh(['AM.A', 'AM.B', 'AM.C']);
    const steps = [status('connected'), status('auth_success'), acknowledged('AM.A'), acknowledged('AM.B')];
    for (const [index, step] of steps.entries()) {
      handshake.receive(step, (index + 1) * 9_000);
      expect(handshake.overdue((index + 2) * 9_000)).toBeUndefined();
    }
    expect(handshake.stage).toBe('subscribing');
  });

  test('counts no answer to what it has not asked yet, and none twice', () => {
    const { handshake } = fresh(['AM.A', 'AM.B']);
    handshake.receive(acknowledged('AM.A', 'AM.B'), 0);
    handshake.receive(status('error', 'not authorized'), 0);
    handshake.receive(status('connected'), 0);
    handshake.receive(status('auth_success'), 0);
    handshake.receive(acknowledged('AM.A', 'AM.A', 'AM.FOREIGN'), 0);
    expect([handshake.stage, [...handshake.acknowledged]]).toEqual(['subscribing', ['AM.A']]);
    handshake.receive(acknowledged('AM.B'), 0);
    expect(handshake.stage).toBe('live');
  });

  test('stands when what it still waited for is wanted no more', () => {
    const { handshake } = fresh(['AM.A', 'AM.B']);
    for (const step of [status('connected'), status('auth_success'), acknowledged('AM.A')])
      handshake.receive(step, 0);
    handshake.change(['AM.A'], 0);
    expect(handshake.overdue(1)).toBeUndefined();
    expect(handshake.stage).toBe('live');
  });
});
