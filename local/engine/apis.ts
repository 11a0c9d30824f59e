/** The HTTP APIs that a stage's templates declare, each with its integrations, routes and stages. */
import * as v from 'valibot';
import { type ApiParts, type Integration, LocalApi } from './api.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import { FunctionPool } from './function-pool.ts';
import type { LocalFunction } from './functions.ts';
import { corsSchema } from './gateway/cors.ts';
import { pathOf } from './gateway/routes.ts';
import { count, parseProperties } from './properties.ts';

const flag = v.pipe(v.union([v.boolean(), v.string()]), v.transform(String), v.literal('false'));

const apiSchema = v.looseObject({
  Name: v.string(),
  ProtocolType: v.literal('HTTP'),
  CorsConfiguration: v.optional(corsSchema),
  DisableExecuteApiEndpoint: v.optional(flag),
});

/** The longest that API Gateway waits, ms. */
const PATIENCE = 30_000;

const integrationSchema = v.strictObject({
  ApiId: v.string(),
  Description: v.optional(v.string()),
  IntegrationType: v.literal('AWS_PROXY'),
  IntegrationUri: v.string(),
  IntegrationMethod: v.optional(v.string()),
  PayloadFormatVersion: v.literal('2.0'),
  TimeoutInMillis: v.optional(v.pipe(count, v.minValue(50), v.maxValue(PATIENCE)), PATIENCE),
});

const routeSchema = v.strictObject({
  ApiId: v.string(),
  RouteKey: v.string(),
  AuthorizationType: v.optional(v.picklist(['NONE', 'AWS_IAM']), 'NONE'),
  Target: v.string(),
  OperationName: v.optional(v.string()),
});

const routeSettings = v.strictObject({
  ThrottlingRateLimit: v.optional(v.pipe(v.union([v.number(), v.string()]), v.transform(Number))),
  ThrottlingBurstLimit: v.optional(count),
  DetailedMetricsEnabled: v.optional(v.unknown()),
});
type RouteSettings = v.InferOutput<typeof routeSettings>;

const stageSchema = v.strictObject({
  ApiId: v.string(),
  StageName: v.string(),
  AutoDeploy: v.optional(v.unknown()),
  Description: v.optional(v.string()),
  StageVariables: v.optional(v.record(v.string(), v.string())),
  AccessLogSettings: v.optional(v.object({ DestinationArn: v.string(), Format: v.string() })),
  DefaultRouteSettings: v.optional(routeSettings, {}),
  RouteSettings: v.optional(v.record(v.string(), routeSettings), {}),
  Tags: v.optional(v.unknown()),
});

export class LocalApis {
  readonly all: LocalApi[] = [];
  readonly #integrations = new Map<string, Integration>();
  readonly #pools = new Map<LocalFunction, FunctionPool>();
  readonly #functions: readonly LocalFunction[];
  readonly #parts: ApiParts;

  /** @param functions those of the stage, as they come to be */
  constructor(functions: readonly LocalFunction[], parts: ApiParts) {
    this.#functions = functions;
    this.#parts = parts;
  }

  async createApi(resource: Resource, properties: unknown): Promise<Created> {
    const { Name, CorsConfiguration } = parseProperties(resource, apiSchema, properties);
    const api = await LocalApi.start(resource, Name, CorsConfiguration, this.#parts);
    this.all.push(api);
    return api;
  }

  createIntegration(resource: Resource, properties: unknown): Created {
    const { IntegrationUri, TimeoutInMillis } = parseProperties(resource, integrationSchema, properties);
    const target = this.#functions.find(
      ({ arn }) => IntegrationUri === arn || IntegrationUri.includes(`/${arn}/`),
    );
    if (target === undefined)
      throw new Error(`${resource.path} calls ${IntegrationUri}, which is not a function of the stage`);
    const pool = this.#pools.get(target) ?? new FunctionPool(target);
    this.#pools.set(target, pool);
    const id = `${resource.stackName}-${resource.logicalId}`;
    this.#integrations.set(`integrations/${id}`, { pool, timeoutMs: TimeoutInMillis });
    return named(id);
  }

  createRoute(resource: Resource, properties: unknown): Created {
    const { ApiId, RouteKey, AuthorizationType, Target } = parseProperties(resource, routeSchema, properties);
    const match = pathOf(RouteKey);
    if (match === undefined)
      throw new Error(`${resource.path} has route key '${RouteKey}': use '$default', or a method and a path`);
    const integration = this.#integrations.get(Target);
    if (integration === undefined)
      throw new Error(`${resource.path} leads to ${Target}, which is not an integration of the stage`);
    const isSigned = AuthorizationType === 'AWS_IAM';
    this.#api(resource, ApiId).routes.push({ key: RouteKey, match, isSigned, integration });
    return named(RouteKey);
  }

  createStage(resource: Resource, properties: unknown): Created {
    const declared = parseProperties(resource, stageSchema, properties);
    const { ApiId, StageName, DefaultRouteSettings, RouteSettings, AccessLogSettings: log } = declared;
    this.#api(resource, ApiId).stages.push({
      name: StageName,
      variables: declared.StageVariables,
      accessLog: log && { group: log.DestinationArn, format: log.Format },
      limits: key => limitsOf({ ...DefaultRouteSettings, ...RouteSettings[key] }),
    });
    return named(StageName);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map(api => api.stop()));
  }

  #api(resource: Resource, id: string): LocalApi {
    const api = this.all.find(({ ref }) => ref === id);
    if (api === undefined)
      throw new Error(`${resource.path} belongs to ${id}, which is not an API of the stage`);
    return api;
  }
}

/** API Gateway takes the two together alone. */
function limitsOf({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: RouteSettings) {
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

function named(ref: string): Created {
  return { ref, attribute: () => undefined };
}
