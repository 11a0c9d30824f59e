/** Redrives the failure bucket and the quarantine of the pipeline on this machine. */
import * as v from 'valibot';
import { feedId } from '../../lib/settings/names.ts';
import { putAll } from '../../runtime/platform/put-records.ts';
import { KeptPieces } from '../../runtime/tables/quarantine/kept-pieces.ts';
import type { Engine } from '../engine/engine.ts';
import { askedMinutesFeed, type NamedFeed } from './asked-feed.ts';
import { redriveFailures } from './failures.ts';
import { redriveQuarantine } from './quarantine.ts';

/** What `npm run redrive -- --local` asks of a running pipeline. */
export const redriveRequest = v.strictObject({
  what: v.picklist(['failures', 'quarantine']),
  act: v.boolean(),
  feed: v.optional(v.string()),
});

export interface LocalRedriveProps {
  readonly engine: Engine;
  readonly feeds: readonly NamedFeed[];
  /** Epoch ms of event time. */
  readonly now: number;
}

/** @returns the lines to show and what came of it. @throws Error when the request is not one */
export async function localRedrive(request: unknown, props: LocalRedriveProps) {
  const { what, act, feed: named } = v.parse(redriveRequest, request);
  const { engine, feeds, now } = props;
  const feed = askedMinutesFeed(feeds, named, 'it');
  const id = feedId(feed);
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const fed = engine.mappings.map(({ functionPath }) => engine.function(functionPath));
  const functions = fed.filter(({ path }) => path.includes(`/${id}/`));
  const bucket = engine.bucket(`${id}/Failures`);
  const result =
    what === 'failures'
      ? await redriveFailures({
          store: {
            async *keys() {
              yield* await bucket.keys('aws/lambda/');
            },
            read: async key => (await bucket.read(key)).toString(),
            file: key => bucket.move(key, `redriven/${key}`),
          },
          functions: new Map(
            functions.map(each => [each.name, (event: string) => each.invoke(JSON.parse(event))]),
          ),
          act,
          say,
        })
      : await redriveQuarantine({
          store: new KeptPieces(engine.dynamodb, engine.table(`${id}/Quarantine`).name),
          put: async entries => {
            await putAll(engine.kinesis, engine.stream(`${id}/Minutes`).name, entries);
          },
          ...{ market: feed.market, now, act, say },
        });
  return { lines, ...result };
}
