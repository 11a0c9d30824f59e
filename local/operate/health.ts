/** How a pipeline is, in one shape wherever it runs: alarms, what was last measured, and what is deployed. */

import * as v from 'valibot';

const alarmSchema = v.object({
  name: v.string(),
  state: v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  /** `page`: somebody is woken. `ticket`: it can wait. `part`: others tell of it. */
  severity: v.picklist(['page', 'ticket', 'part']),
  /** Since when it is in this state, ISO 8601; absent when it never left its first. */
  since: v.exactOptional(v.string()),
  /** What it means, what to do first, and the section of the runbook. */
  description: v.string(),
});

const readingSchema = v.object({
  /** In words, such as `freshest slot behind`. */
  what: v.string(),
  /** Absent when nothing was measured lately. */
  value: v.exactOptional(v.number()),
  unit: v.string(),
});

export const healthSchema = v.object({
  environment: v.string(),
  /** ISO 8601. */
  at: v.string(),
  alarms: v.array(alarmSchema),
  /** From when on alarms are judged, ISO 8601; only while that is yet to come. */
  judgedFrom: v.exactOptional(v.string()),
  /** Why alarms are not judged at all; only where they are not. */
  unjudged: v.exactOptional(v.string()),
  readings: v.array(readingSchema),
  /** What is deployed, by part. */
  versions: v.record(v.string(), v.string()),
});

export type AlarmHealth = v.InferOutput<typeof alarmSchema>;
export type Reading = v.InferOutput<typeof readingSchema>;
export type Health = v.InferOutput<typeof healthSchema>;
export type Severity = AlarmHealth['severity'];

/**
 * @param actions ARNs of the topics that are told when the alarm goes off
 * @param isSuppressed whether another alarm keeps it from telling them now
 */
export function severityOf(actions: readonly string[], isSuppressed = false): Severity {
  const topics = isSuppressed ? [] : actions.map(action => action.split(':').at(-1) ?? '');
  if (topics.some(topic => topic.endsWith('-page'))) return 'page';
  return topics.some(topic => topic.endsWith('-ticket')) ? 'ticket' : 'part';
}

/** The alarms that somebody is woken for now. */
export function paging({ alarms }: Health): readonly AlarmHealth[] {
  return alarms.filter(({ state, severity }) => state === 'ALARM' && severity === 'page');
}

/** Lines for a terminal: first whether it is fine, then what is not, then the numbers. */
export function healthLines(health: Health): string[] {
  const { environment, at, alarms, judgedFrom, unjudged, readings, versions } = health;
  const raised = alarms.filter(({ state }) => state === 'ALARM').sort(bySeverity);
  const unknown = judgedFrom || unjudged ? [] : alarms.filter(({ state }) => state === 'INSUFFICIENT_DATA');
  const pages = paging(health).length;
  const verdict = pages > 0 ? `${pages} ${pages === 1 ? 'alarm pages' : 'alarms page'}` : 'nothing pages';
  const tickets = raised.filter(({ severity }) => severity === 'ticket').length;
  const judged = judgedFrom === undefined ? 'watched' : `judged from ${minute(judgedFrom)} on`;
  const watched = unjudged === undefined ? judged : `not judged: ${unjudged}`;
  const width = Math.max(0, ...readings.map(({ what }) => what.length));
  return [
    `${environment} at ${minute(at)}: ${verdict}, ${tickets} tickets, ${alarms.length} alarms ${watched}`,
    ...raised.flatMap(raisedLines),
    ...(unknown.length > 0 ? ['', `no data: ${unknown.map(({ name }) => name).join(', ')}`] : []),
    '',
    ...readings.map(({ what, value, unit }) =>
      `${what.padEnd(width)}  ${value ?? 'not measured'} ${value === undefined ? '' : unit}`.trimEnd(),
    ),
    '',
    ...Object.entries(versions).map(([part, version]) => `${part}: ${version}`),
  ];
}

function raisedLines({ name, severity, since, description }: AlarmHealth): string[] {
  const from = since === undefined ? '' : ` since ${minute(since)}`;
  const sentences = description.split(/ (?=First: |Runbook: )/);
  return ['', `${severity.toUpperCase()} ${name}${from}`, ...sentences.map(sentence => `  ${sentence}`)];
}

const order: readonly Severity[] = ['page', 'ticket', 'part'];

function bySeverity(a: AlarmHealth, b: AlarmHealth): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || a.name.localeCompare(b.name);
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
