/** The one client of the vendor's REST: what all who ask through it share, and what it takes for an answer. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { RestClient } from '../../../../runtime/vendor/rest/client.ts';
import { type Reply, ScriptedRest } from '../../ingester/support/rest.ts';

const signal = new AbortController().signal;
const whole = (body: unknown) => body;

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

/** A client on a clock that jumps to wherever somebody waits for. */
async function clientOf(answer: (path: string, number: number) => Reply, atOnce = 4) {
  let wall = 0;
  const begun: number[] = [];
  const rest = await ScriptedRest.start((path, number) => {
    begun.push(wall);
    return answer(path, number);
  });
  open.use(rest);
  const client = new RestClient({
    ...{ url: rest.url, apiKey: 'top-secret' },
    budget: {
      ...{ perSecond: 50, atOnce, wall: () => wall },
      sleep: async ms => {
        wall += ms;
      },
    },
  });
  open.use(client);
  return { rest, client, begun };
}

describe('all who ask', () => {
  test('share one budget, whatever they ask for', async () => {
    const page = { body: { status: 'OK', count: 0, results: [] } };
    const { client, begun } = await clientOf(() => page, 1);
    await Promise.all([
      client.answer('/v1/a', whole, { signal }),
      client.page({ path: '/v1/b' }, true, { signal }),
      client.rows({ path: '/v1/c' }, true, whole, { signal }),
    ]);
    expect(begun).toEqual([0, 20, 40]);
  });

  test('share a refusal of the key', async () => {
    const { rest, client } = await clientOf(() => ({ status: 401, body: { error: 'Unknown API Key' } }));
    const refusal = "the vendor's REST refuses the key: 401 Unknown API Key";
    await expect(client.answer('/v1/a', whole, { signal })).rejects.toThrow(refusal);
    await expect(client.rows({ path: '/v1/b' }, true, whole, { signal })).rejects.toThrow(refusal);
    expect([rest.asked, client.refusal]).toEqual([['/v1/a'], refusal]);
  });
});

describe('an answer', () => {
  test('that sends us elsewhere is not followed: the key goes nowhere else', async () => {
    const { rest, client } = await clientOf(() => ({
      ...{ status: 302, headers: { location: '/elsewhere' } },
      body: 'moved',
    }));
    await expect(client.answer('/v1/a', whole, { signal })).rejects.toThrow('302');
    expect(rest.asked).toEqual(['/v1/a']);
  });

  test('that is long and nested without end is not read', async () => {
    const half = 600_000;
    const text = `${'['.repeat(half)}${']'.repeat(half)}`;
    const { client } = await clientOf(() => ({ body: undefined, text }));
    const asked = client.answer('/v1/a', whole, { signal, attempts: 1 });
    await expect(asked).rejects.toThrow('it is nested too deep');
  });

  test('that is no success says what came, whatever it is, in words that people can read', async () => {
    const texts = [
      '{"message":"top-secret\\u001b"}',
      '<html>',
      '{"error":{"toString":1}}',
      'x'.repeat(1_000),
    ];
    const { client } = await clientOf((_, number) => ({ status: 404, body: '', text: texts[number] ?? '' }));
    const said = async () => client.answer('/v1/a', whole, { signal }).catch((error: Error) => error.message);
    expect(await said()).toBe('404 <the key>\ufffd');
    expect(await said()).toBe('404 <html>');
    expect(await said()).toBe('404 {"error":{"toString":1}}');
    expect(await said()).toHaveLength(300);
  });
});
