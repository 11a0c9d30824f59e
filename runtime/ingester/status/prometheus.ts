/** The numbers of `/stats` in the text format of Prometheus: made of the same answer, so that the two never differ. */
import { Gauge, Registry } from 'prom-client';

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

/**
 * Numbers, and booleans as 0 and 1, are gauges named by where they stand: `feed.lastData` is
 * `barflow_ingester_feed_last_data`. Lists are left out. What `feed.events`, `feed.causes` and `feed.endings` count bears a label `kind`.
 */
export async function prometheusText(stats: object): Promise<string> {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  for (const { name, kind, value } of readingsIn(stats, PREFIX)) {
    const gauge = gauges.get(name) ?? gaugeIn(registry, name, kind !== undefined);
    gauges.set(name, gauge);
    gauge.set(kind === undefined ? {} : { kind }, value);
  }
  return registry.metrics();
}

/** The content type of what `prometheusText` gives. */
export const prometheusType = new Registry().contentType;

function gaugeIn(registry: Registry, name: string, hasKinds: boolean): Gauge {
  return new Gauge({
    name,
    help: `${name.slice(PREFIX.length + 1).replaceAll('_', ' ')} of /stats`,
    labelNames: hasKinds ? ['kind'] : [],
    registers: [registry],
  });
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
