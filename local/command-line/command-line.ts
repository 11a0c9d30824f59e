/** Reads the flags of a command: `-h` and `--help` alike, and one line for what cannot be followed. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './option-values.ts';
import { complain } from './tell.ts';

/** Whether help is asked for, whatever stands beside it. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** The values of the flags, each given at most once unless it may be repeated. @throws UsageError */
export function flagsOf<const Flags extends ParseArgsOptionsConfig>(args: readonly string[], flags: Flags) {
  const { values, tokens } = parsed(args, flags);
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || flags[token.name]?.multiple) continue;
    if (given.has(token.name)) throw new UsageError(`--${token.name} is there twice: give it once`);
    given.add(token.name);
  }
  return values;
}

function parsed<const Flags extends ParseArgsOptionsConfig>(args: readonly string[], flags: Flags) {
  try {
    return parseArgs({ args: withSigns(args, flags), options: flags, strict: true, tokens: true });
  } catch (error) {
    if (!isParseError(error)) throw error;
    const known = [...Object.keys(flags), 'help'].map(name => `--${name}`).join(' ');
    const what = error.message.split(/\.\s/)[0]?.replace('argument is ambiguous', 'needs a value');
    throw new UsageError(`${what}: use ${known} (--help explains them)`);
  }
}

/** `--speed -1` as `--speed=-1`: what looks like a number is the value, and no other option. */
function withSigns(args: readonly string[], flags: ParseArgsOptionsConfig): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    const takesValue = before.startsWith('--') && flags[before.slice(2)]?.type === 'string';
    if (takesValue && /^-\.?\d/.test(arg)) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** Told by its code: it may come from another realm than this module, as it does under a test runner. */
function isParseError(error: unknown): error is { code: string; message: string } {
  const { code }: { code?: unknown } = Object(error);
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}

/**
 * The options of a command that stands by itself: shows its usage and ends with 0 when asked for help, and ends with 2 and
 * one line when it cannot be followed.
 * @param read makes of the flags what the command needs; what it refuses with a UsageError is said too
 */
export function optionsOf<const Flags extends ParseArgsOptionsConfig, Options>(
  usage: string,
  flags: Flags,
  read: (values: ReturnType<typeof flagsOf<Flags>>) => Options,
): Options {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return read(flagsOf(args, flags));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    process.exit(2);
  }
}
