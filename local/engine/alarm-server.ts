/** CloudWatch as the stage's functions ask it: a server that tells how the alarms stand, and what metrics say. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Protocol, protocolOf, type Question, type Value } from './aws-protocols.ts';
import { type AlarmNow, describeAlarms } from './describe-alarms.ts';
import { type Measured, metricData } from './metric-data.ts';
import { ownOnly } from './own-only.ts';
import type { Incoming, Outgoing } from './refusal.ts';
import { ServiceError } from './service-error.ts';

export class AlarmServer {
  /** The alarms as they stand. @default none: nobody evaluates any */
  alarms: () => readonly AlarmNow[] = () => [];
  /** @default nothing: nobody keeps any */
  measured: Measured = () => undefined;
  readonly #server = createServer(ownOnly((request, response) => void this.#reply(request, response)));

  /** Resolves once it listens on a free port. */
  static async start(): Promise<AlarmServer> {
    const alarms = new AlarmServer();
    await new Promise<void>(resolve => alarms.#server.listen(0, '127.0.0.1', resolve));
    return alarms;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the alarm server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #reply(request: Incoming, response: Outgoing): Promise<void> {
    const protocol = protocolOf(request);
    const { status, body } = await this.#replyIn(protocol, request);
    response.writeHead(status, protocol.headers);
    response.end(body);
  }

  async #replyIn(protocol: Protocol, request: Incoming) {
    try {
      const question = protocol.question(request, await buffer(request));
      return { status: 200, body: protocol.answer(question.operation, this.#answer(question)) };
    } catch (error) {
      const [status, type] = error instanceof ServiceError ? [400, error.type] : [500, 'InternalFailure'];
      return { status, body: protocol.failure(type, error instanceof Error ? error.message : String(error)) };
    }
  }

  #answer({ operation, input }: Question): Value {
    if (operation === 'DescribeAlarms') return describeAlarms(this.alarms(), input);
    if (operation === 'GetMetricData') return metricData(this.measured, input);
    throw new ServiceError(
      'InvalidAction',
      `CloudWatch's ${operation || 'operation'} is not answered on this machine: use DescribeAlarms or GetMetricData`,
    );
  }
}
