/** How the sinks of passed-on events are: for `/stats`, and for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { sinkCounts } from '../../platform/metric-names.ts';
import type { EventSink } from '../sinks/passed-on/event-sink.ts';

export function sinkStats(sinks: readonly EventSink[]) {
  return sinks.map(({ name, stats, drops, state, isGone }) => ({
    ...{ name, ...stats, dropsByType: Object.fromEntries(drops), isGone },
    ...(state !== undefined && { circuit: state }),
  }));
}

/** Since the start, over all sinks. */
export function sumOf(sinks: readonly EventSink[], of: 'written' | 'dropped' | 'failures'): number {
  return sinks.reduce((total, sink) => total + sink.stats[of], 0);
}

/** What is a metric of it: nothing where there are no sinks. */
export function sinkTotals(sinks: readonly EventSink[]): SinkTotals {
  if (sinks.length === 0) return {};
  return { [sinkCounts.dropped]: sumOf(sinks, 'dropped'), [sinkCounts.failures]: sumOf(sinks, 'failures') };
}

export type SinkTotals = Readonly<Partial<Record<(typeof sinkCounts)[keyof typeof sinkCounts], number>>>;

/** By sink, and drops by kind: accepted = written + dropped + held. */
export function sinkMetrics(sinks: readonly EventSink[], registers: Registry[]): void {
  const counter = (what: string, help: string, labels: readonly string[] = ['sink']) =>
    new Counter({ name: `polygon_sink_${what}_total`, help, labelNames: labels, registers });
  const accepted = counter('accepted', 'events accepted by a sink');
  const written = counter('written', 'events written by a sink');
  const failures = counter('failures', 'attempts of a sink that failed');
  const dropped = counter('dropped', 'events dropped by a sink', ['sink', 'type']);
  const held = new Gauge({
    name: 'polygon_sink_held',
    help: 'events on their way',
    labelNames: ['sink'],
    registers,
  });
  for (const { name: sink, stats, drops } of sinks) {
    accepted.inc({ sink }, stats.accepted);
    written.inc({ sink }, stats.written);
    failures.inc({ sink }, stats.failures);
    held.set({ sink }, stats.held);
    for (const [type, count] of drops) dropped.inc({ sink, type }, count);
  }
}
