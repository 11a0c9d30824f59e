/** What an ingester that stands alone answers: whether it lives, whether it is ready, and its numbers. */

import { feedTrouble } from '../status/common.ts';
import { prometheusType } from '../status/prometheus.ts';
import { sinkStats } from '../status/sinks.ts';
import type { Answer, Answers } from '../status/status-server.ts';
import type { AloneConfig } from './config.ts';
import { type Counted, metricsText, totalsOf } from './metrics.ts';

export interface AnswersOptions {
  readonly ready: AloneConfig['ready'];
  readonly counted: () => Counted;
  /** How long it has run, in ms. */
  readonly age: () => number;
}

export function answersOf({ ready, counted, age }: AnswersOptions): Answers {
  return {
    '/health': () => ({ code: 200, body: { status: 'ok' } }),
    '/ready': () => readiness(counted(), ready, age()),
    '/stats': () => ({ code: 200, body: statsOf(counted()) }),
    '/metrics': () => ({ code: 200, type: prometheusType, text: metricsText(counted()) }),
  };
}

function statsOf(counted: Counted) {
  const { status, sinks } = counted;
  return { ...totalsOf(counted), state: status.state, sinks: sinkStats(sinks) };
}

function readiness({ status, stream, sinks }: Counted, ready: AloneConfig['ready'], age: number): Answer {
  const gone = sinks.filter(sink => sink.isGone).map(sink => sink.name);
  const failing = sinks
    .filter(sink => sink.trouble)
    .map(sink => `${sink.name} cannot write: ${sink.trouble}`);
  const { unacknowledged } = status;
  const reason =
    feedTrouble(status) ??
    (gone.length > 0 ? `${gone.join(', ')} takes nothing any more` : undefined) ??
    (failing.length > 0 ? failing.join('; ') : undefined) ??
    (stream.counts.messages < ready.messages
      ? `${stream.counts.messages} of ${ready.messages} messages have come`
      : undefined) ??
    (age < ready.after ? `it has run for ${Math.floor(age)} of ${ready.after} ms` : undefined);
  const missing = unacknowledged.length > 0 ? { missing: unacknowledged } : {};
  return reason === undefined
    ? { code: 200, body: { status: 'ready', ...missing } }
    : { code: 503, body: { status: 'not ready', reason, ...missing } };
}
