/** The metrics that AWS services publish by themselves, of what the engine runs in their place. */
import type { Clock } from '../../runtime/platform/clock.ts';
import { EventTime } from './event-time.ts';

/** One value of a metric. */
export interface AwsMetric {
  /** `AWS/Lambda`, `AWS/Kinesis`, `AWS/DynamoDB`, `AWS/Events` or `AWS/ApiGateway`; a metric filter's own. */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** Epoch ms of event time. */
  readonly at: number;
}

/** Hands every value to whoever listens. Names, dimensions and units are those of the services' documentation. */
export class AwsMetrics {
  readonly time: EventTime;
  readonly #listeners = new Set<(metric: AwsMetric) => void>();

  constructor(clock: Clock) {
    this.time = new EventTime(clock);
  }

  onMetric(listener: (metric: AwsMetric) => void): void {
    this.#listeners.add(listener);
  }

  /** An invocation of a function has ended; `throttled` ones never began. */
  invoked(functionName: string, outcome: 'succeeded' | 'failed' | 'throttled', durationMs: number): void {
    const dimensions = { FunctionName: functionName };
    const publish = (name: string, value: number) => this.#publish('AWS/Lambda', name, dimensions, value);
    publish('Throttles', Number(outcome === 'throttled'));
    if (outcome === 'throttled') return;
    publish('Invocations', 1);
    publish('Errors', Number(outcome === 'failed'));
    publish('Duration', durationMs);
  }

  /** A batch goes to a function whose last record came at `arrival`, epoch seconds of wall time. */
  polled(functionName: string, arrival: number): void {
    const age = Math.round(this.time.since(arrival * 1000));
    this.#publish('AWS/Lambda', 'IteratorAge', { FunctionName: functionName }, age);
  }

  /**
   * A mapping has given records up, and has filed them in its failure destination or could not.
   * @param mappingId undefined for one that counts no events
   */
  leftBehind(
    functionName: string,
    mappingId: string | undefined,
    records: number,
    outcome: 'filed' | 'lost',
  ): void {
    if (outcome === 'lost')
      this.#publish('AWS/Lambda', 'DestinationDeliveryFailures', { FunctionName: functionName }, 1);
    if (mappingId === undefined) return;
    const name = outcome === 'lost' ? 'DroppedEventCount' : 'OnFailureDestinationDeliveredEventCount';
    this.#publish('AWS/Lambda', name, { EventSourceMappingUUID: mappingId }, records);
  }

  /** Records put to a stream were refused for want of room. */
  refused(stream: string, records: number): void {
    this.#publish('AWS/Kinesis', 'WriteProvisionedThroughputExceeded', { StreamName: stream }, records);
  }

  /** A request to a table was throttled. */
  throttled(table: string, kind: 'read' | 'write'): void {
    const name = kind === 'read' ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
    this.#publish('AWS/DynamoDB', name, { TableName: table }, 1);
  }

  /** An event matched a rule, which has handed it to so many targets. */
  triggered(rule: string, targets: number): void {
    this.#publish('AWS/Events', 'TriggeredRules', { RuleName: rule }, 1);
    if (targets > 0) this.#publish('AWS/Events', 'Invocations', { RuleName: rule }, targets);
  }

  /** A metric filter has found a line. */
  filtered(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): void {
    this.#publish(namespace, name, dimensions, 1);
  }

  /** An HTTP API has answered, of which its function took a part; `stage` is undefined where the request meant none. */
  answered(
    apiId: string,
    stage: string | undefined,
    status: number,
    latencyMs: number,
    integrationMs: number | undefined,
  ): void {
    const both = [{ ApiId: apiId }, ...(stage === undefined ? [] : [{ ApiId: apiId, Stage: stage }])];
    for (const dimensions of both) {
      const publish = (name: string, value: number) =>
        this.#publish('AWS/ApiGateway', name, dimensions, value);
      publish('Count', 1);
      publish('4xx', Number(status >= 400 && status < 500));
      publish('5xx', Number(status >= 500));
      publish('Latency', latencyMs);
      if (integrationMs !== undefined) publish('IntegrationLatency', integrationMs);
    }
  }

  #publish(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ): void {
    const metric = { namespace, name, dimensions, value, at: this.time.now() };
    for (const listener of this.#listeners) listener(metric);
  }
}
