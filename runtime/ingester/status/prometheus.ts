/** The numbers of `/stats` in the text format of Prometheus: made of the same answer, so that the two never differ. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { EventSink } from '../sinks/passed-on/event-sink.ts';
import { sinkMetrics } from './sinks.ts';

const PREFIX = 'barflow_ingester';

/** A reading: the name of a metric, and what tells it from others of that name. */
interface Reading {
  readonly name: string;
  /** The key in an object whose keys are the vendor's words, as in events and causes. */
  readonly kind?: string;
  readonly value: number;
}

/** Objects whose keys are data. */
const COUNTED_BY_KIND = new Set(['events', 'causes', 'endings']);

/** What only rises while a process lives. */
const TOTALS: ReadonlySet<string> = new Set([
  ...['feed_frames', 'feed_events', 'feed_connections_lost', 'feed_endings', 'feed_causes'],
  ...['published_bars', 'published_coverage', 'published_watermarks', 'repeated', 'backfill_bars'],
  ...['uncovered_minutes', 'quarantined', 'lost_bars', 'retried', 'throttled'],
  ...['passed_on_messages', 'passed_on_trades', 'passed_on_quotes', 'passed_on_refused'],
]);

/**
 * Numbers, and booleans as 0 and 1, are named by where they stand: `feed.lastData` is `barflow_ingester_feed_last_data`. Those that only
 * rise are counters, whose names end with `_total`; the others are gauges. Lists are left out. What `feed.events`, `feed.causes` and `feed.endings` count bears a label `kind`.
 */
export async function prometheusText(stats: object, sinks: readonly EventSink[] = []): Promise<string> {
  const registry = new Registry();
  if (sinks.length > 0) sinkMetrics(sinks, [registry]);
  const metrics = new Map<string, (labels: Readonly<Record<string, string>>, value: number) => void>();
  for (const { name, kind, value } of readingsIn(stats, PREFIX)) {
    const set = metrics.get(name) ?? metricIn(registry, name, kind !== undefined);
    metrics.set(name, set);
    set(kind === undefined ? {} : { kind }, value);
  }
  return registry.metrics();
}

/** The content type of what `prometheusText` gives. */
export const prometheusType = new Registry().contentType;

/** @returns sets its value: the registry is new for every answer, so that a total is added to nothing */
function metricIn(registry: Registry, name: string, hasKinds: boolean) {
  const short = name.slice(PREFIX.length + 1);
  const described = {
    help: `${short.replaceAll('_', ' ')} of /stats`,
    labelNames: hasKinds ? ['kind'] : [],
    registers: [registry],
  };
  if (!TOTALS.has(short)) {
    const gauge = new Gauge({ ...described, name });
    return (labels: Readonly<Record<string, string>>, value: number) => gauge.set(labels, value);
  }
  const counter = new Counter({ ...described, name: `${name}_total` });
  return (labels: Readonly<Record<string, string>>, value: number) => counter.inc(labels, value);
}

function* readingsIn(value: object, path: string): Generator<Reading> {
  for (const [key, inner] of Object.entries(value)) {
    const name = `${path}_${key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`;
    if (typeof inner === 'number' || typeof inner === 'boolean') yield { name, value: Number(inner) };
    else if (COUNTED_BY_KIND.has(key))
      for (const [kind, count] of Object.entries(Object(inner))) yield { name, kind, value: Number(count) };
    else if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      yield* readingsIn(inner, name);
  }
}
