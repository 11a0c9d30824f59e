/** An HTTP API of the stage, answered on this machine: routes, signatures, throttling and the functions behind. */
import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/platform/clock.ts';
import { account, credentials, region } from './account.ts';
import type { Resource } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { Created } from './deployment.ts';
import { ThrottledError } from './execution-environment.ts';
import type { FunctionPool } from './function-pool.ts';
import { type AccessFacts, accessLine } from './gateway/access-log.ts';
import { type Cors, isPreflight, letsIn, preflightReply, toldTo } from './gateway/cors.ts';
import { eventOf, timeText } from './gateway/event.ts';
import { GatewayHttp } from './gateway/http.ts';
import { type GatewayReply, type GatewayRequest, joined, refusal } from './gateway/message.ts';
import { INVOCATION_LIMIT, replyOf } from './gateway/result.ts';
import { bestRoute, type Match, type Path } from './gateway/routes.ts';
import { checkSignature } from './gateway/signature.ts';
import { type Limits, Throttle } from './gateway/throttle.ts';
import type { Named } from './named.ts';

export interface ApiRoute {
  readonly key: string;
  readonly match: Path;
  /** Whether it asks for AWS's signature. */
  readonly isSigned: boolean;
  readonly integration: Integration;
}

export interface Integration {
  readonly pool: FunctionPool;
  readonly timeoutMs: number;
}

export interface ApiStage {
  /** `$default` stands at the root, another below its name. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** ARN of the group that its access log goes to, and the format of a line. @default none is kept */
  readonly accessLog: AccessLog | undefined;
  /** What a route takes. @default as much as comes */
  readonly limits: (routeKey: string) => Limits | undefined;
}

export interface AccessLog {
  readonly group: string;
  readonly format: string;
}

export interface ApiParts {
  /** Event time: what functions are told that it is. */
  readonly clock: Clock;
  readonly awsMetrics: AwsMetrics;
  /** Is told of every line of an access log, and to which group it goes. */
  readonly logged: (group: string, line: string) => void;
  /** Is told of every invocation that failed. */
  readonly say: (line: string) => void;
}

/** What became of a request, and what the access log knows of it. */
interface Outcome {
  readonly reply: GatewayReply;
  /** Why it was not let in, or what its function did wrong. */
  readonly facts?: AccessFacts;
  /** How long its function took. @default it was not asked */
  readonly integrationMs?: number;
}

const SIGNED_FOR = {
  region,
  service: 'execute-api',
  secretOf: (id: string) => (id === credentials.accessKeyId ? credentials : undefined),
  now: Date.now,
};

export class LocalApi implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly ref: string;
  readonly endpoint: string;
  readonly routes: ApiRoute[] = [];
  readonly stages: ApiStage[] = [];
  readonly #http: GatewayHttp;
  readonly #cors: Cors | undefined;
  readonly #parts: ApiParts;
  readonly #throttles = new Map<string, Throttle>();
  readonly #listeners = new Set<(line: string) => void>();

  private constructor(
    { path, stackName, logicalId }: Resource,
    name: string,
    cors: Cors | undefined,
    http: GatewayHttp,
    parts: ApiParts,
  ) {
    this.path = path;
    this.name = name;
    this.ref = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 10);
    this.endpoint = http.endpoint;
    this.#http = http;
    this.#cors = cors;
    this.#parts = parts;
  }

  /** Resolves once it listens, on a free port; it has no route yet. */
  static async start(
    resource: Resource,
    name: string,
    cors: Cors | undefined,
    parts: ApiParts,
  ): Promise<LocalApi> {
    const http = await GatewayHttp.start(
      request => api.#answer(request),
      origin => letsIn(cors, origin),
    );
    const api = new LocalApi(resource, name, cors, http, parts);
    return api;
  }

  attribute(name: string): string | undefined {
    if (name === 'ApiId') return this.ref;
    return name === 'ApiEndpoint' ? this.endpoint : undefined;
  }

  /** Calls `listener` with every line of its access logs. */
  onAccess(listener: (line: string) => void): void {
    this.#listeners.add(listener);
  }

  stop(): Promise<void> {
    return this.#http.stop();
  }

  async #answer(request: GatewayRequest): Promise<GatewayReply> {
    const [startedAt, time, requestId] = [performance.now(), this.#parts.clock.now(), randomUUID()];
    const { stage, path } = this.#stageOf(request.path);
    const found = stage && bestRoute(this.routes, request.method, path);
    const call = { request, stage, found, time, requestId };
    const { reply, facts, integrationMs } = await this.#outcome(call);
    const latency = Math.round(performance.now() - startedAt);
    this.#parts.awsMetrics.answered(this.ref, stage?.name, reply.status, latency, integrationMs);
    this.#log(call, {
      ...{ status: reply.status, responseLength: reply.body.length },
      ...{ responseLatency: latency, integrationLatency: integrationMs, ...facts },
    });
    const told = toldTo(this.#cors, request, reply);
    return { ...told, headers: { ...told.headers, 'apigw-requestid': requestId } };
  }

  /** The stage that a path means, and what of it routes are matched with. */
  #stageOf(path: string): { readonly stage: ApiStage | undefined; readonly path: string } {
    const [, first = ''] = path.split('/');
    const named = this.stages.find(({ name }) => name === first);
    if (named !== undefined) return { stage: named, path: path.slice(first.length + 1) || '/' };
    return { stage: this.stages.find(({ name }) => name === '$default'), path };
  }

  async #outcome({ request, stage, found, time, requestId }: Call): Promise<Outcome> {
    if (this.#cors && isPreflight(request)) return { reply: preflightReply(this.#cors) };
    if (stage === undefined || found === undefined) return { reply: refusal(404) };
    const { route, parameters } = found;
    if (this.#throttle(stage, route.key)?.pass() === false) return { reply: refusal(429) };
    const verdict = route.isSigned ? checkSignature(request, SIGNED_FOR) : undefined;
    if (verdict && 'fault' in verdict)
      return { reply: refusal(403), facts: { 'authorizer.error': verdict.fault } };
    const context = {
      ...{ account, apiId: this.ref, stage: stage.name, stageVariables: stage.variables },
      ...{ routeKey: route.key, parameters, requestId, time, ...verdict },
    };
    let event: object;
    try {
      event = eventOf(request, context);
    } catch (error) {
      if (error instanceof URIError) return { reply: refusal(400) };
      throw error;
    }
    if (Buffer.byteLength(JSON.stringify(event)) > INVOCATION_LIMIT) return { reply: refusal(413) };
    return this.#invoke(route.integration, event);
  }

  /** A function that takes too long works on; nobody waits for it any more. */
  async #invoke({ pool, timeoutMs }: Integration, event: object): Promise<Outcome> {
    const startedAt = performance.now();
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), timeoutMs);
    const outcome = (reply: GatewayReply, error?: string): Outcome => ({
      reply,
      integrationMs: Math.round(performance.now() - startedAt),
      ...(error !== undefined && { facts: { integrationErrorMessage: error } }),
    });
    const fail = (error: unknown): Outcome => {
      const message = error instanceof Error ? error.message : String(error);
      this.#parts.say(`${this.path}: ${message}`);
      return outcome(refusal(error instanceof ThrottledError ? 503 : 500), message);
    };
    const done = pool.invoke(event).then(result => outcome(replyOf(result)), fail);
    const inTime = await Promise.race([done, late.promise]);
    clearTimeout(timer);
    return inTime ?? outcome(refusal(503), `no answer within ${timeoutMs} ms`);
  }

  #throttle({ name, limits }: ApiStage, routeKey: string): Throttle | undefined {
    const allowed = limits(routeKey);
    if (allowed === undefined) return undefined;
    const key = `${name} ${routeKey}`;
    const throttle = this.#throttles.get(key) ?? new Throttle(allowed, () => performance.now());
    this.#throttles.set(key, throttle);
    return throttle;
  }

  #log({ request, stage, found, time, requestId }: Call, facts: AccessFacts): void {
    if (stage?.accessLog === undefined) return;
    const { group, format } = stage.accessLog;
    const line = accessLine(format, {
      ...{ requestId, stage: stage.name, apiId: this.ref, accountId: account },
      ...{ httpMethod: request.method, path: request.path, protocol: request.protocol },
      routeKey: found?.route.key,
      'identity.sourceIp': request.sourceIp,
      'identity.userAgent': joined(request.headers.get('user-agent')),
      ...{ requestTime: timeText(time), requestTimeEpoch: time },
      ...facts,
    });
    for (const listener of this.#listeners) listener(line);
    this.#parts.logged(group, line);
  }
}

interface Call {
  readonly request: GatewayRequest;
  readonly stage: ApiStage | undefined;
  readonly found: Match<ApiRoute> | undefined;
  /** Event time at which it came, epoch ms. */
  readonly time: number;
  readonly requestId: string;
}
