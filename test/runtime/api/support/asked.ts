/** The API beside tables on a local DynamoDB: fill them, ask as API Gateway does, and get an answer that keeps the contract. */
import { gunzipSync } from 'node:zlib';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { respond } from '../../../../runtime/api/api.ts';
import { feedOf } from '../../../../runtime/api/feed/feed.ts';
import type { FeedConfig } from '../../../../runtime/api/feed/feed-config.ts';
import { routeKeys } from '../../../../runtime/api/names.ts';
import type { StandingAlarm } from '../../../../runtime/api/status/alarms.ts';
import type { Figures } from '../../../../runtime/api/status/figures.ts';
import type { RolledBar } from '../../../../runtime/records/bar.ts';
import { BarTable } from '../../../../runtime/tables/bars/bar-table.ts';
import { SymbolRegistry } from '../../../../runtime/tables/bars/symbol-registry.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';
import type { Item } from '../../../support/twin-dynamodb.ts';
import { breaches, type Response } from './contract.ts';

const DAY = 86_400_000;
const days = { '5m': 30, '15m': 90, '30m': 90, '1h': 400, '4h': 400 };
const signal = new AbortController().signal;
const tables = {
  state: 'state',
  bars: 'bars',
  lease: 'lease',
  memory: 'memory',
  sessions: 'sessions',
} as const;

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  /** Event time, epoch ms. @default the rig's */
  readonly at?: number;
  readonly body?: string;
  /** As API Gateway finds it. @default by the path */
  readonly routeKey?: string;
}

export class AskedApi implements AsyncDisposable {
  readonly client: DynamoDBClient;
  /** What the log of the function would tell. */
  readonly errors: unknown[] = [];
  alarms: readonly StandingAlarm[] = [];
  figures: Figures = {};
  /** Event time, epoch ms. */
  at = Date.parse('2025-11-20T21:00:00Z');
  /** Epoch ms. */
  wall = Date.parse('2025-11-20T21:00:00Z');
  /** Requests to DynamoDB since the rig was made. */
  reads = 0;
  readonly #servers: LocalServers;
  #sources: Parameters<typeof respond>[1];

  private constructor(servers: LocalServers) {
    this.#servers = servers;
    this.client = new DynamoDBClient({});
    this.client.middlewareStack.add(
      next => async args => {
        this.reads++;
        return next(args);
      },
      { step: 'initialize' },
    );
    this.#sources = {
      feeds: [],
      alarms: { standing: async () => this.alarms },
      metrics: { figures: async () => this.figures },
    };
    this.startCold();
  }

  static async start(): Promise<AskedApi> {
    const asked = new AskedApi(await LocalServers.start());
    await createTable(asked.client, tables.state, 'S');
    await createTable(asked.client, tables.bars, 'S');
    await createTable(asked.client, tables.lease);
    await createTable(asked.client, tables.memory);
    await createTable(asked.client, tables.sessions, 'S');
    return asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.#servers[Symbol.asyncDispose]();
  }

  /** Forgets what was remembered. @param feeds what is to be told of each. @default one of stocks */
  startCold(feeds: readonly Partial<FeedConfig>[] = [{}]): void {
    const configs = feeds.map(
      (changes): FeedConfig => ({
        ...{ environment: 'test', feed: 'stocks', market: 'stocks', alignment: 'clock', confirmedDays: {} },
        ...{ delay: 0, slots: [34], alarmPrefix: 'barflow-test-Stocks-' },
        ...{ stateTable: tables.state, barsTable: tables.bars },
        ...{ leaseTable: tables.lease, memoryTable: tables.memory, sessionsTable: tables.sessions },
        ...changes,
      }),
    );
    this.#sources = {
      ...this.#sources,
      feeds: configs.map(config =>
        feedOf(config, {
          client: this.client,
          wallClock: () => this.wall,
          logger: { warn: () => undefined },
        }),
      ),
    };
  }

  /** Writes items as they are. */
  async put(table: keyof typeof tables, items: readonly Item[]): Promise<void> {
    for (let at = 0; at < items.length; at += 25) {
      const requests = items.slice(at, at + 25).map(Item => ({ PutRequest: { Item } }));
      await this.client.send(new BatchWriteItemCommand({ RequestItems: { [tables[table]]: requests } }));
    }
  }

  /** Stores bars, in whatever order they come, as the store does. */
  async store(bars: readonly RolledBar[]): Promise<void> {
    const table = new BarTable(this.client, tables.bars);
    for (const bar of bars) await table.put(bar, days, this.wall, signal);
    const registry = new SymbolRegistry(this.client, tables.bars);
    for (const [symbol, of] of Map.groupBy(bars, bar => bar.symbol)) {
      const known = of.map(({ start }) => start - (start % DAY));
      const span = { firstDay: Math.min(...known), lastDay: Math.max(...known) };
      await registry.widen({ symbol, ...span }, undefined, 9_999_999_999, signal);
    }
  }

  /** @throws Error for an answer that breaks the contract */
  async ask(address: string, { headers = {}, at = this.at, body, routeKey }: Asking = {}): Promise<Response> {
    const [path = '', query = ''] = address.split('?', 2);
    const declared = routeOf(path);
    const event: APIGatewayProxyEventV2 = {
      version: '2.0',
      routeKey: routeKey ?? declared.routeKey,
      rawPath: path,
      rawQueryString: query,
      headers: { host: 'api.test', ...headers },
      ...(declared.name !== undefined && { pathParameters: { name: declared.name } }),
      requestContext: {
        ...{ accountId: '0', apiId: 'api', domainName: 'api.test', domainPrefix: 'api', stage: '$default' },
        ...{ requestId: 'request-1', routeKey: declared.routeKey, time: '', timeEpoch: at },
        http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      },
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
    };
    const logger = { error: (...told: unknown[]) => void this.errors.push(told) };
    const answer = await respond(event, this.#sources, logger, signal);
    const response = seen(answer);
    const found = breaches(declared.routeKey.replace('GET ', ''), response);
    if (found.length > 0) throw new Error(`${address} is answered against the contract: ${found.join('; ')}`);
    return response;
  }

  /** The JSON of an answer with status 200. @throws Error for another one */
  async json<T>(address: string, asking?: Asking): Promise<T> {
    const { status, body } = await this.ask(address, asking);
    if (status !== 200) throw new Error(`${address}: ${status} ${body}`);
    return JSON.parse(body);
  }

  /** All pages, from the first on. @param address with a question mark in it */
  async pages<Page extends { readonly nextCursor?: string }>(address: string): Promise<Page[]> {
    const pages: Page[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Page = await this.json(`${address}&cursor=${cursor}`);
      pages.push(page);
      cursor = page.nextCursor;
    }
    return pages;
  }
}

function routeOf(path: string): { readonly routeKey: string; readonly name?: string } {
  const name = /^\/v1\/schemas\/(.+)$/.exec(path)?.[1];
  if (name !== undefined) return { routeKey: routeKeys.schema, name: decodeURIComponent(name) };
  return { routeKey: Object.values(routeKeys).find(key => key === `GET ${path}`) ?? '$default' };
}

/** As a client sees it who unpacks what is packed. */
function seen(answer: Awaited<ReturnType<typeof respond>>): Response {
  const { statusCode = 0, body = '', isBase64Encoded = false } = answer;
  const headers = Object.fromEntries(
    Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const bytes = isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body);
  const unpacked = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  return { status: statusCode, headers, body: unpacked.toString() };
}
