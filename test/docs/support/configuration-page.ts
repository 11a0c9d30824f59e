/**
 * The tables of docs/configuration.md as the code has them: settings with their comments, variables as units read them.
 * `node test/docs/support/configuration-page.ts` writes them into the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Duration } from 'aws-cdk-lib/core';
import { feedSettings } from '../../../lib/settings/feed-settings.ts';
import { defaultThresholds, rangeText, thresholdRanges } from '../../../lib/settings/thresholds.ts';
import { calendarConfigIn } from '../../../runtime/calendar-check/config.ts';
import { aloneConfigIn } from '../../../runtime/ingester/alone/config.ts';
import { ingesterConfigIn } from '../../../runtime/ingester/config.ts';
import { latestConfigIn } from '../../../runtime/latest/config.ts';
import { monitorConfigIn } from '../../../runtime/monitor/config.ts';
import { type Environment, type Variable, variablesOf } from '../../../runtime/platform/env.ts';
import { logLevel } from '../../../runtime/platform/settings.ts';
import { reconcileConfigIn } from '../../../runtime/reconcile/config.ts';
import { rollupConfigIn } from '../../../runtime/rollup/config.ts';
import { universeConfigIn } from '../../../runtime/universe/config.ts';
import { type Commented, settingsOf, textsOf } from './commented.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SETTINGS = 'lib/settings/environment.ts';
const SINKS = 'lib/settings/sink-settings.ts';
const TABLES = ['runtime/platform/settings.ts', 'lib/settings/feed-settings.ts'];
export const PAGE = join(ROOT, 'docs/configuration.md');

/** What builds the configuration of each function. */
const functions: Readonly<Record<string, (env: Environment) => unknown>> = {
  'roll-up': rollupConfigIn,
  monitor: monitorConfigIn,
  reconcile: reconcileConfigIn,
  calendar: calendarConfigIn,
  latest: latestConfigIn,
  universe: universeConfigIn,
};

/** What a setting of an environment takes, in words, where the code has them; else its type. */
function takes({ type }: Commented): string {
  return type === 'LogLevel' ? logLevel.takes : `\`${expanded(type)}\``;
}

/** The type with the shapes of those that the same file declares, and without what only the compiler cares about. */
function expanded(type: string): string {
  const source = readFileSync(join(ROOT, SETTINGS), 'utf8');
  const [, alias] = new RegExp(`export type ${type} = ([^;]+(?:;[^;\n]+)*);\n`).exec(source) ?? [];
  const fields = /^\w+$/.test(type) ? settingsOf(SETTINGS, type) : [];
  const shape = `{ ${fields.map(field => `${field.name}: ${field.type}`).join('; ')} }`;
  const whole = fields.length > 0 ? shape : (alias ?? type);
  return whole
    .replace(/^(?:Partial<)?Readonly<(Record<.*?>)>+$/, '$1')
    .replace(/<(Severity),/, (_, name) => `<${expanded(name)},`)
    .replaceAll('readonly ', '');
}

function environmentTable(): string {
  return table(
    ['setting', 'takes', 'default', 'meaning'],
    settingsOf(SETTINGS, 'Environment').map(each => [
      `\`${each.name}\``,
      takes(each),
      each.fallback ?? '**must be set**',
      each.text,
    ]),
  );
}

/** Those that must be set come first. */
function feedTable(): string {
  const texts = new Map(TABLES.flatMap(file => [...textsOf(file)]));
  const rows = Object.entries(feedSettings).map(([name, row]) => {
    const span =
      'unit' in row ? { min: Duration.seconds(row.min), max: Duration.seconds(row.max) } : undefined;
    return {
      must: 'required' in row,
      cells: [
        `\`${name}\``,
        span ? `a \`Duration\` of ${span.min.toHumanString()} to ${span.max.toHumanString()}` : row.takes,
        'required' in row ? '**must be set**' : defaultOf(row),
        texts.get(name) ?? '',
        'variable' in row ? `\`${row.variable}\`` : '',
      ],
    };
  });
  return table(
    ['setting', 'takes', 'default', 'meaning', 'variable'],
    rows.toSorted((a, b) => Number(b.must) - Number(a.must)).map(({ cells }) => cells),
  );
}

function defaultOf(row: object): string {
  const { otherwise, fallback, remark, unit }: Readonly<Record<string, unknown>> = { ...row };
  if (otherwise !== undefined) return `${otherwise}`;
  const words = typeof fallback === 'number' ? fallback.toLocaleString('en-US') : inspect(fallback);
  return `${words}${unit ? ` ${unit}` : ''}${remark ? `, ${remark}` : ''}`;
}

/** By kind; what every sink may be told comes last. */
function sinkTable(): string {
  const kinds = ['StdoutSink', 'EventsSink', 'S3Sink', 'RedisSink', 'ZmqSink', 'TakingSettings'];
  return table(
    ['of', 'setting', 'takes', 'default', 'meaning'],
    kinds.flatMap(owner => {
      const [, kind] = /^(\w+)Sink$/.exec(owner) ?? [];
      return settingsOf(SINKS, owner)
        .filter(({ name }) => name !== 'kind')
        .map(each => [
          kind ? `\`${kind.toLowerCase()}\`` : 'all',
          `\`${each.name}\``,
          takes(each),
          each.fallback ?? '**must be set**',
          each.text,
        ]);
    }),
  );
}

function thresholdTable(): string {
  const numbers: Readonly<Record<string, number>> = { ...defaultThresholds };
  const ranges = new Map(Object.entries(thresholdRanges).map(([name, range]) => [name, rangeText(range)]));
  return table(
    ['threshold', 'takes', 'default', 'meaning'],
    settingsOf('lib/settings/thresholds.ts', 'Thresholds').map(({ name, text }) => [
      `\`${name}\``,
      ranges.get(name) ?? '',
      `${numbers[name]}`,
      text,
    ]),
  );
}

/** Those that must be set come first. */
function variableTable(build: (env: Environment) => unknown): string {
  return table(
    ['variable', 'it …', 'takes', 'default'],
    variablesOf(build)
      .toSorted((a, b) => Number(a.fallback !== undefined) - Number(b.fallback !== undefined))
      .map(each => [`\`${each.name}\``, each.purpose, each.takes, standIn(each)]),
  );
}

/** What the functions read and the ingester does not, and what they read alike. */
function functionTable(): string {
  const rows = new Map<string, { variable: Variable; of: string[] }>();
  for (const [unit, build] of Object.entries(functions))
    for (const variable of variablesOf(build)) {
      const row = rows.get(variable.name) ?? { variable, of: [] };
      row.of.push(unit);
      rows.set(variable.name, row);
    }
  return table(
    ['variable', 'of', 'it …', 'takes', 'default'],
    [...rows.values()].map(({ variable, of }) => [
      `\`${variable.name}\``,
      of.length === Object.keys(functions).length ? 'all' : of.join(', '),
      variable.purpose,
      variable.takes,
      standIn(variable),
    ]),
  );
}

function standIn({ fallback }: Variable): string {
  return fallback ?? '**must be set**';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('').replaceAll('|  |', '| |');
}

/** The first table after each of these headings. */
const tables: Readonly<Record<string, () => string>> = {
  'An environment': environmentTable,
  'A feed': feedTable,
  'A sink': sinkTable,
  'When alarms are raised': thresholdTable,
  'The variables of the ingester': () => variableTable(ingesterConfigIn),
  'The variables of an ingester that stands alone': () => variableTable(aloneConfigIn),
  'The variables of the functions': functionTable,
};

/** The page with every table as the code has it now. */
export function withTables(page: string): string {
  return Object.entries(tables).reduce((text, [heading, make]) => {
    const place = new RegExp(`(\n## ${heading}\n(?:(?!\n#)[^|])*?\n)(?:\\|.*\n)+`);
    if (!place.test(text)) throw new Error(`the page has no table under '${heading}'`);
    return text.replace(place, (_, before) => before + make());
  }, page);
}

if (import.meta.main) writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
