/** Which shards of a stream may be read when, and from where on. */
import { expect, test } from '@jest/globals';
import { type From, type ListedShard, Places } from '../../../kit/stream/checkpoint.ts';

const NOW = 1_763_649_000_000;

const shard = (id: string, ...parents: string[]): ListedShard => ({ id, parents, isOpen: true });
const closed = (id: string, ...parents: string[]) => ({ ...shard(id, ...parents), isOpen: false });

/** a was split into b and c, which were merged into d. */
const SHARDS = [closed('a'), closed('b', 'a'), closed('c', 'a'), shard('d', 'b', 'c'), shard('e')];

function placesOf(from: From, shards: readonly ListedShard[] = SHARDS): Places {
  const places = new Places('bars', from, NOW);
  places.list(shards, NOW);
  return places;
}

test('a shard waits until those that it continues are read to their ends, both of them after a merge', () => {
  const places = placesOf('TRIM_HORIZON');
  const seen = [places.ready];
  for (const ended of ['a', 'b', 'c', 'd']) {
    places.move(ended, 'END');
    seen.push(places.ready);
  }
  expect(seen).toEqual([['a', 'e'], ['b', 'c', 'e'], ['c', 'e'], ['d', 'e'], ['e']]);
});

test('of what comes next only open shards are read; what continues them later is read whole', () => {
  const places = placesOf('LATEST');
  expect(places.ready).toEqual(['d', 'e']);
  expect([places.at('d'), places.isFromNow('d'), places.at('a')]).toEqual([{ since: NOW }, true, 'END']);
  places.move('e', 'END');
  expect(places.isIncomplete).toBe(true);
  places.list([...SHARDS, shard('f', 'e')], NOW + 1);
  expect([places.ready, places.at('f'), places.isFromNow('f'), places.isIncomplete]).toEqual([
    ['d', 'f'],
    'TRIM_HORIZON',
    false,
    false,
  ]);
});

test('of an instant every shard is read from there on', () => {
  const since = NOW - 60_000;
  const places = placesOf(new Date(since));
  expect(SHARDS.map(({ id }) => places.at(id))).toEqual(SHARDS.map(() => ({ since })));
});

test('a checkpoint goes on where it stands; a shard that it does not know continues one, and is read whole', () => {
  const from = {
    stream: 'bars',
    shards: { gone: 'END', a: 'END', b: { after: '7' }, e: { since: 5 } },
  } as const;
  const places = placesOf(from);
  expect(places.ready).toEqual(['b', 'c', 'e']);
  expect(['b', 'c', 'e'].map(id => places.at(id))).toEqual([{ after: '7' }, 'TRIM_HORIZON', { since: 5 }]);
  // What the stream retains no longer is remembered no longer, and holds up nobody.
  expect(Object.keys(places.checkpoint.shards)).toEqual(['a', 'b', 'e', 'c', 'd']);
  places.list([shard('d', 'b', 'c'), shard('e')], NOW);
  expect(places.ready).toEqual(['d', 'e']);
});
