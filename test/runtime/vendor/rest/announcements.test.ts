/** The days that the vendor announces, from a REST that may say anything. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { announcedDays } from '../../../../runtime/vendor/rest/announcements.ts';
import { RestClient } from '../../../../runtime/vendor/rest/client.ts';
import { ScriptedRest } from '../../ingester/support/rest.ts';

const signal = new AbortController().signal;
let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

async function announced(body: unknown) {
  const rest = await ScriptedRest.start(() => ({ body }));
  open.use(rest);
  const client = new RestClient({
    ...{ url: rest.url, apiKey: 'top-secret' },
    budget: { perSecond: 1, atOnce: 1, sleep: async () => undefined },
  });
  open.use(client);
  return announcedDays(client, signal);
}

const day = { date: '2026-11-26', exchange: 'NYSE', name: 'Thanksgiving', status: 'closed' };

describe('announced days', () => {
  test('come as the vendor names them', async () => {
    const close = '2026-11-27T18:00:00.000Z';
    const short = { ...day, date: '2026-11-27', status: 'early-close', close, open: 'whenever' };
    expect(await announced([day, short])).toEqual([
      day,
      { ...day, date: '2026-11-27', status: 'early-close', close },
    ]);
  });

  test('say what they are without the key, in few words that people can read', async () => {
    const [said] = await announced([{ ...day, status: `top-secret\u001b${'x'.repeat(1_000)}` }]);
    expect(said?.status).toMatch(/^<the key>\ufffdx+\.\.\.$/);
    expect(said?.status).toHaveLength(40);
  });

  test('that cannot be are no answer, and one line says so', async () => {
    await expect(announced([{ ...day, date: 'soon' }])).rejects.toThrow(
      /^\/v1\/marketstatus\/upcoming answers nonsense: 0\.date: .*; see what the vendor changed$/,
    );
    await expect(announced({})).rejects.toThrow('answers nonsense');
  });
});
