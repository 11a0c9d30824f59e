/** The base of the ingester's image: pinned by what it is, and said where it is not. */
import { expect, test } from '@jest/globals';
import {
  baseReference,
  ownBase,
  parseReference,
  pinFault,
  withBase,
} from '../../../lib/pipeline/base-image.ts';
import { least, synthesized } from '../synthesized.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const DOCKERFILE = 'ARG BASE=registry.example/library/node:24-slim\nFROM $BASE\nARG BASE\nUSER node\n';

test('a base that is pinned stands in the place of the one before it, and nothing else changes', () => {
  const base = { ...parseReference(baseReference(DOCKERFILE)), digest: DIGEST };
  const pinned = withBase(DOCKERFILE, base);
  expect(pinned).toBe(DOCKERFILE.replace('24-slim', `24-slim@${DIGEST}`));
  expect(withBase(pinned, { ...base, digest: undefined })).toBe(DOCKERFILE);
  expect(pinFault(baseReference(pinned))).toBeUndefined();
});

test.each([
  '',
  'node:24-slim',
  'registry.example/node',
  `registry.example/node@${DIGEST}`,
  'a.example/n:1@sha256:12',
])('a base that cannot be pinned, %j, is refused with what can', reference => {
  expect(() => baseReference(`ARG BASE=${reference}\n`)).toThrow(
    `the base image '${reference}' cannot be pinned: write ARG BASE=REGISTRY/NAME:TAG`,
  );
});

test('synthesis warns once of a base that is not pinned, however many feeds have it', () => {
  const crypto = {
    ...least.feeds[0],
    market: 'crypto',
    symbols: ['BTC-USD'],
    apiKeySecret: 'keys/other',
  } as const;
  const fault = pinFault(ownBase());
  const { warnings } = synthesized({ ...least, feeds: [...least.feeds, crypto] });
  expect(warnings.map(warning => warning.split(' [')[0])).toEqual(fault === undefined ? [] : [fault]);
  expect(pinFault('registry.example/node:24-slim')).toContain('npm run image:bump');
});
