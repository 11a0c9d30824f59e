/** The one text of an event that all sinks write. */
import { expect, test } from '@jest/globals';
import { Envelopes } from '../../../../../runtime/ingester/sinks/kinds/envelopes.ts';
import { numbered } from '../../support/numbered.ts';

const envelopes = () => new Envelopes({ feed: 'stocks', hostname: 'host', version: '1.0.0' });
const seqOf = (text: string) => JSON.parse(text).seq;

test('an event has its own envelope, also where another has taken the place of its number', () => {
  const all = envelopes();
  const [first, later] = [numbered(1), numbered(4_097)];
  expect([first, later, first, later].map(event => seqOf(all.of(event)))).toEqual([1, 4_097, 1, 4_097]);
  expect(all.of(first)).toBe(envelopes().of(first));
});

test('two events of one number do not share one', () => {
  const all = envelopes();
  const texts = ['T', 'Q'].map(kind => all.of(numbered(7, kind)));
  expect(texts.map(text => JSON.parse(text).type)).toEqual(['T', 'Q']);
});

test('no event holds its envelope for as long as it waits', () => {
  const event = Object.freeze(numbered(3));
  envelopes().of(event);
  expect(Object.values(event).join('')).not.toContain('schema_version');
});
