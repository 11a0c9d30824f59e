/** What a task definition's container runs: its command, its folder, its variables and secrets. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { Resource, Stack } from './assembly.ts';
import { count, parseProperties } from './properties.ts';

/** With ECS's defaults. */
const healthCheckSchema = v.object({
  Command: v.array(v.string()),
  Interval: v.optional(count, 30),
  Retries: v.optional(count, 3),
  StartPeriod: v.optional(count, 0),
});

const schema = v.object({
  Family: v.optional(v.string()),
  ContainerDefinitions: v.pipe(
    v.array(
      v.object({
        Name: v.string(),
        Image: v.string(),
        EntryPoint: v.optional(v.array(v.string()), []),
        Command: v.optional(v.array(v.string()), []),
        Environment: v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), []),
        Secrets: v.optional(v.array(v.object({ Name: v.string(), ValueFrom: v.string() })), []),
        StopTimeout: v.optional(count, 30),
        HealthCheck: v.optional(healthCheckSchema),
      }),
    ),
    v.length(1, 'one container per task is needed'),
  ),
});

/** A container, ready to run as a Node process. */
export interface Container {
  readonly name: string;
  /** The image's build folder, which holds the bundle. */
  readonly folder: string;
  /** Arguments of `node`, the bundle among them. */
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** How long the process may take to end after SIGTERM (ms). */
  readonly stopTimeoutMs: number;
  /** Absent where it has none. */
  readonly healthCheck?: HealthCheck;
}

/** How it is asked whether it is well. */
export interface HealthCheck {
  /** Arguments of `node`. */
  readonly arguments: readonly string[];
  /** How long (ms) it may answer no before it counts as unhealthy, and how long just after its start. */
  readonly patienceMs: number;
  readonly graceMs: number;
}

/**
 * The container that `properties` define; `secrets` are values by the name of the secret.
 * @throws when its image is not an asset of the stage, does not run Node, or needs a secret that is not given
 */
export function readContainer(
  resource: Resource,
  properties: unknown,
  stack: Stack,
  secrets: Readonly<Record<string, string>>,
): Container {
  const [definition] = parseProperties(resource, schema, properties).ContainerDefinitions;
  if (definition === undefined) throw new Error(`${resource.path} defines no container`);
  const { Name, Image, EntryPoint, Command, Environment, Secrets, StopTimeout, HealthCheck } = definition;
  const where = `${resource.path}, container ${Name}`;
  const folder = stack.images.get(Image.slice(Image.lastIndexOf(':') + 1));
  if (folder === undefined)
    throw new Error(`${where}: image ${Image} is not an asset of the stage: only those run here`);
  const declared = [...EntryPoint, ...Command];
  const variables: Record<string, string> = {};
  for (const { Name: name, Value } of Environment) variables[name] = Value;
  for (const { Name: name, ValueFrom } of Secrets) variables[name] = secretValue(ValueFrom, secrets, where);
  return {
    name: Name,
    folder,
    arguments: nodeArguments(declared.length > 0 ? declared : imageCommand(folder, where), folder, where),
    variables,
    stopTimeoutMs: StopTimeout * 1000,
    ...(HealthCheck && { healthCheck: healthCheckOf(HealthCheck, folder, where) }),
  };
}

function healthCheckOf(
  { Command, Interval, Retries, StartPeriod }: v.InferOutput<typeof healthCheckSchema>,
  folder: string,
  where: string,
): HealthCheck {
  const [kind, ...words] = Command;
  if (kind !== 'CMD') throw new Error(`${where}: its health check begins with ${kind}: only CMD runs here`);
  const patienceMs = 1000 * Interval * Retries;
  const graceMs = 1000 * StartPeriod + patienceMs;
  return { arguments: nodeArguments(words, folder, where), patienceMs, graceMs };
}

/** The command that the image's Dockerfile ends with, in its JSON form. */
function imageCommand(folder: string, where: string): string[] {
  const dockerfile = join(folder, 'Dockerfile');
  if (!existsSync(dockerfile)) throw new Error(`${where}: ${dockerfile} does not exist`);
  const text = readFileSync(dockerfile, 'utf8');
  const parts = ['ENTRYPOINT', 'CMD'].map(
    word => new RegExp(`^${word}\\s+(\\[.*\\])\\s*$`, 'm').exec(text)?.[1],
  );
  const words: unknown[] = parts.flatMap(json => (json === undefined ? [] : JSON.parse(json)));
  return words.map(String);
}

/** `command` without `node` itself, files of the image named as they lie in its build folder. */
function nodeArguments(command: readonly string[], folder: string, where: string): string[] {
  const [program = '', ...rest] = command;
  if (basename(program) !== 'node') {
    throw new Error(`${where} runs '${command.join(' ')}': only a command that begins with node runs here`);
  }
  const files = rest.map(word => (/\.[cm]?js$/.test(word) ? basename(word) : word));
  const missing = files.find(word => /\.[cm]?js$/.test(word) && !existsSync(join(folder, word)));
  if (missing === undefined) return files;
  throw new Error(`${where}: ${join(folder, missing)} does not exist: synthesize the stack with bundling`);
}

/** The value behind `arn:…:secret:<name>[-<6 characters>][:<JSON field>::]`. */
function secretValue(arn: string, secrets: Readonly<Record<string, string>>, where: string): string {
  const [name = '', field = ''] = (arn.split(':secret:')[1] ?? arn).split(':');
  const value = secrets[name] ?? secrets[name.replace(/-\w{6}$/, '')];
  if (value === undefined) {
    const given = Object.keys(secrets).join(', ') || '(none)';
    throw new Error(`${where} needs the secret '${name}': give its value to the engine, which has ${given}`);
  }
  if (field === '') return value;
  const fields: Record<string, unknown> = JSON.parse(value);
  if (typeof fields[field] === 'string') return fields[field];
  throw new Error(`${where}: secret '${name}' has no field '${field}'`);
}
