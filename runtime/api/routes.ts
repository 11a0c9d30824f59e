/** The routes: what each of them reads of a request, and who answers it. */
import openApi from '../../docs/openapi.json' with { type: 'json' };
import barSchema from '../../docs/schemas/bar.schema.json' with { type: 'json' };
import coverageSchema from '../../docs/schemas/coverage.schema.json' with { type: 'json' };
import eventSchema from '../../docs/schemas/event.schema.json' with { type: 'json' };
import minuteBarSchema from '../../docs/schemas/minute-bar.schema.json' with { type: 'json' };
import watermarkSchema from '../../docs/schemas/watermark.schema.json' with { type: 'json' };
import { show } from '../records/show.ts';
import { barsAnswer } from './bars/bars.ts';
import {
  barsQuery,
  featuresQuery,
  latestQuery,
  sessionsQuery,
  statusQuery,
  symbolsQuery,
} from './contract/queries.ts';
import { featuresAnswer } from './features/features.ts';
import type { Feed } from './feed/feed.ts';
import { viewOf } from './feed/view.ts';
import { Problem } from './http/problem.ts';
import { readQuery, refused } from './http/query.ts';
import type { Request } from './http/request.ts';
import type { Answer } from './http/response.ts';
import { latestAnswer } from './latest/latest.ts';
import { routeKeys, type schemaNames } from './names.ts';
import { sessionsAnswer } from './sessions/sessions.ts';
import { statusAnswer, type Tellers } from './status/status.ts';
import { symbolsAnswer } from './symbols/symbols.ts';

/** What the routes answer from. */
export interface Sources extends Tellers {
  readonly feeds: readonly Feed[];
}

type Route = (sources: Sources, request: Request, signal: AbortSignal) => Promise<Answer>;

const named: Readonly<Record<(typeof schemaNames)[number], object>> = {
  'minute-bar.schema.json': minuteBarSchema,
  'bar.schema.json': barSchema,
  'coverage.schema.json': coverageSchema,
  'watermark.schema.json': watermarkSchema,
  'event.schema.json': eventSchema,
};
const schemas = new Map<string, object>(Object.entries(named));

const routes: Readonly<Record<string, Route>> = {
  [routeKeys.bars]: async ({ feeds }, request, signal) => {
    const query = readQuery(barsQuery, request.query);
    return barsAnswer(viewOf(feedNamed(feeds, query.feed)), query, request, signal);
  },
  [routeKeys.features]: async ({ feeds }, request, signal) => {
    const query = readQuery(featuresQuery, request.query);
    return featuresAnswer(viewOf(feedNamed(feeds, query.feed)), query, request, signal);
  },
  [routeKeys.latest]: async ({ feeds }, request, signal) => {
    const query = readQuery(latestQuery, request.query);
    return latestAnswer(viewOf(feedNamed(feeds, query.feed)), query, request.at, signal);
  },
  [routeKeys.symbols]: async ({ feeds }, request, signal) => {
    const query = readQuery(symbolsQuery, request.query);
    return symbolsAnswer(feedNamed(feeds, query.feed), query, signal);
  },
  [routeKeys.status]: async ({ feeds, ...tellers }, request) => {
    readQuery(statusQuery, request.query);
    return statusAnswer(feeds, tellers, request.at);
  },
  [routeKeys.sessions]: async ({ feeds }, request, signal) => {
    const query = readQuery(sessionsQuery, request.query);
    return sessionsAnswer(feedNamed(feeds, query.feed), query, signal);
  },
  [routeKeys.openapi]: async (_, request) => {
    readQuery(statusQuery, request.query);
    return json(openApi);
  },
  [routeKeys.schema]: async (_, request) => {
    readQuery(statusQuery, request.query);
    const name = request.path['name'];
    const schema = schemas.get(name ?? '');
    if (schema) return json(schema);
    throw new Problem(404, `there is no schema ${show(name)}: use ${[...schemas.keys()].join(', ')}`, {
      parameter: 'name',
    });
  },
};

/** @throws Problem */
export async function answerTo(sources: Sources, request: Request, signal: AbortSignal): Promise<Answer> {
  const route = Object.hasOwn(routes, request.routeKey) ? routes[request.routeKey] : undefined;
  if (route) return route(sources, request, signal);
  throw new Problem(404, `there is no such route: use ${Object.values(routeKeys).join(', ')}`);
}

/** The feed of that name; without a name the only one. */
function feedNamed(feeds: readonly Feed[], name: string | undefined): Feed {
  const [only] = feeds;
  const feed =
    name === undefined && feeds.length === 1 ? only : feeds.find(({ config }) => config.feed === name);
  if (feed) return feed;
  throw refused('feed', name, `use ${feeds.map(({ config }) => config.feed).join(' or ')}`);
}

function json(value: object): Answer {
  return { type: 'application/json', text: JSON.stringify(value) };
}
