/** Lambda functions of the stage: their bundles, run in threads with the environment that the template gives them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource, Stack } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { Created } from './deployment.ts';
import { FunctionEnvironment, type FunctionFault } from './execution-environment.ts';
import type { Named } from './named.ts';
import type { Listeners } from './output.ts';
import { count, parseProperties, physicalName } from './properties.ts';

const schema = v.object({
  FunctionName: v.optional(v.string()),
  Handler: v.optional(v.string()),
  Runtime: v.optional(v.string()),
  Code: v.object({ S3Key: v.optional(v.string()) }),
  Timeout: v.optional(count, 3),
  MemorySize: v.optional(count, 128),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }), {}),
});

/** What a function needs beyond its template. */
export interface FunctionContext {
  /** Variables that lead an AWS SDK to the local servers. */
  readonly aws: Readonly<Record<string, string>>;
  readonly listeners: Listeners;
  readonly awsMetrics: AwsMetrics;
  /** The caller's variables for the function at `path`, as they are now. */
  readonly overridden: (path: string) => Record<string, string>;
}

/** One function. Its code is loaded when something first invokes it. */
export class LocalFunction implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** What every invocation runs into from now on. */
  fault: FunctionFault | undefined;
  readonly #declared: v.InferOutput<typeof schema>;
  readonly #folder: string | undefined;
  readonly #context: FunctionContext;
  readonly #environments = new Set<FunctionEnvironment>();
  #isOver = false;

  constructor(resource: Resource, properties: unknown, stack: Stack, context: FunctionContext) {
    this.#declared = parseProperties(resource, schema, properties);
    this.path = resource.path;
    this.name = physicalName(resource, this.#declared.FunctionName);
    this.arn = arnOf('lambda', `function:${this.name}`);
    this.#folder = stack.files.get(this.#declared.Code.S3Key ?? '');
    this.#context = context;
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    return name === 'Arn' ? this.arn : undefined;
  }

  /**
   * A further execution environment, its thread not yet started.
   * @throws when the function's bundle is not in the cloud assembly
   */
  environment(): FunctionEnvironment {
    const { file, exportName } = this.#entry();
    const environment = new FunctionEnvironment({
      path: this.path,
      file,
      exportName,
      functionName: this.name,
      functionArn: this.arn,
      memoryMiB: this.#declared.MemorySize,
      timeoutMs: this.#declared.Timeout * 1000,
      variables: () => ({
        ...this.#lambdaVariables(),
        ...this.#declared.Environment.Variables,
        ...this.#overrides(),
      }),
      listeners: this.#context.listeners,
      awsMetrics: this.#context.awsMetrics,
      fault: () => this.fault,
    });
    if (this.#isOver) void environment.end();
    else this.#environments.add(environment);
    return environment;
  }

  /**
   * Runs the function once, in an environment of its own, and resolves to what it returns.
   * @throws InvocationError when it fails
   */
  async invoke(event: unknown): Promise<unknown> {
    const environment = this.environment();
    try {
      return await environment.invoke(event);
    } finally {
      await this.release(environment);
    }
  }

  /** Ends a thread that is not needed any more. */
  async release(environment: FunctionEnvironment): Promise<void> {
    this.#environments.delete(environment);
    await environment.end();
  }

  /** Ends all threads; none is started from now on. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#environments].map(environment => this.release(environment)));
  }

  #overrides(): Record<string, string> {
    return this.#context.overridden(this.path);
  }

  /** The bundle's file and the handler's name in it. */
  #entry(): { file: string; exportName: string } {
    const { Handler = '', Runtime = '' } = this.#declared;
    if (!Runtime.startsWith('nodejs'))
      throw new Error(`${this.path} has runtime '${Runtime}': only nodejs… runs here`);
    const [module = '', exportName = ''] = Handler.split('.');
    const folder = this.#folder;
    if (folder === undefined)
      throw new Error(`${this.path} has no bundled asset: only functions with one run here`);
    const candidates = ['mjs', 'js', 'cjs'].map(extension => join(folder, `${module}.${extension}`));
    const file = candidates.find(existsSync);
    if (file !== undefined) return { file, exportName };
    throw new Error(
      `${this.path}: none of ${candidates.join(', ')} exists: synthesize the stack with bundling`,
    );
  }

  #lambdaVariables(): Record<string, string> {
    return {
      ...this.#context.aws,
      AWS_LAMBDA_FUNCTION_NAME: this.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.#declared.MemorySize),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${this.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_EXECUTION_ENV: `AWS_Lambda_${this.#declared.Runtime ?? ''}`,
      LAMBDA_TASK_ROOT: this.#folder ?? '',
      _HANDLER: this.#declared.Handler ?? '',
      TZ: 'UTC',
    };
  }
}
