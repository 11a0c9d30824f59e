/** What `npm run deploy` is asked for: environments or stacks of theirs, and what is the CDK's own business. */
import { flagsOf } from '../command-line/command-line.ts';
import { OperatorError } from '../operate/operator-error.ts';
import { expectCdkOptions } from './cdk-options.ts';

export interface Asked {
  /** Whether nothing but looking is asked for. */
  readonly onlyLooks: boolean;
  /** Names of the environments, each once. */
  readonly environments: readonly string[];
  /** Stacks as the CDK selects them, such as `dev/**`. */
  readonly stacks: readonly string[];
  /** Options of the CDK's. */
  readonly options: readonly string[];
  /** The profile of the AWS configuration that the CDK is told to use. */
  readonly profile: string | undefined;
}

/** @param known names of all environments. @throws OperatorError or UsageError that says what to type */
export function readAsked(args: readonly string[], known: readonly string[]): Asked {
  const onlyLooks = args.includes('--check');
  const given = args.filter(arg => arg !== '--check');
  const first = given.findIndex(arg => arg.startsWith('-'));
  const words = first < 0 ? given : given.slice(0, first);
  const options = first < 0 ? [] : given.slice(first);
  if (words.length === 0 && !options.includes('--all'))
    throw new OperatorError(`which environment? ${examples(known)}; options come after it (--help explains)`);
  if (onlyLooks) flagsOf(options, { profile: { type: 'string' }, all: { type: 'boolean' } });
  else expectCdkOptions(options);
  const environments = words.length === 0 ? known : words.flatMap(word => environmentsOf(word, known));
  return {
    onlyLooks,
    environments: [...new Set(environments)],
    stacks: words.map(word => (known.includes(word) ? `${word}/**` : word)),
    options,
    profile: profileIn(options),
  };
}

function environmentsOf(word: string, known: readonly string[]): readonly string[] {
  const [name = ''] = word.split('/');
  if (name.includes('*')) return known;
  if (known.includes(name)) return [name];
  throw new OperatorError(`environment '${name}' is unknown: ${examples(known)} (lib/environments.ts)`);
}

function examples(known: readonly string[]): string {
  return `type ${known.map(name => `npm run deploy -- ${name}`).join(', or ')}`;
}

function profileIn(options: readonly string[]): string | undefined {
  const at = options.findIndex(option => option === '--profile' || option.startsWith('--profile='));
  return at < 0 ? undefined : (options[at]?.split('=')[1] ?? options[at + 1]);
}
