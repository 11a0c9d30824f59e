/** A small AWS on a port of this machine: CloudFormation, CloudWatch, S3, Lambda, DynamoDB and Kinesis as far as operators' commands ask. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Deployed } from '../../../../local/operate/deployed.ts';
import { FakeQuarantine } from './fake-quarantine.ts';

export interface Alarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly AlarmActions: readonly string[];
  readonly AlarmDescription: string;
}

/** A metric and the statistic of it. */
interface AskedFor {
  readonly Metric: { readonly MetricName: string };
  readonly Stat: string;
}

/** A line of a log, as CloudWatch Logs gives it. */
export interface LogEvent {
  readonly logStreamName: string;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly message: string;
}

/** What the fake has; tests change it. */
export class FakeAws {
  /** Whether the region has the environment's stacks. */
  hasStacks = true;
  /** What the history of an alarm says of its action, when that cannot be carried out. */
  actionFailure: string | undefined;
  /** How often the history of an alarm has nothing to say yet. */
  quietLooks = 0;
  /** Answers every request with this error code. */
  refusal: string | undefined;
  readonly alarms: Alarm[];
  /** Names and reasons of alarms that were put into a state by hand. */
  readonly set: { readonly AlarmName: string; readonly StateValue: string; readonly StateReason: string }[] =
    [];
  readonly quarantine = new FakeQuarantine();
  /** Newest value by metric name, or by name and statistic. */
  readonly values = new Map<string, number>();
  readonly objects = new Map<string, string>();
  /** What stands in the log group of the ingester; undefined where that is gone. */
  log: LogEvent[] | undefined = [];
  /** Events that the function was invoked with. */
  readonly invoked: string[] = [];
  /** What the function was described as, one after the other. */
  readonly descriptions = ['Rolls up'];
  /** Whether the function fails. */
  functionFails = false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.alarms = new Deployed('dev').alarms.map(AlarmName => ({
      AlarmName,
      StateValue: 'OK',
      AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:barflow-dev-page'],
      AlarmDescription: `About ${AlarmName}. First: look. Runbook: docs/runbook.md#there`,
    }));
    server.on('request', async (request, response) => {
      const { code = 200, type, body } = this.#answer(request, await text(request));
      response.writeHead(code, { 'content-type': type });
      response.end(body);
    });
  }

  static async start(): Promise<FakeAws> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeAws(server);
  }

  /** Variables that lead a command here. */
  get variables(): Record<string, string> {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, body: string): { code?: number; type: string; body: string } {
    const operation = String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1);
    const form = new URLSearchParams(body);
    if (this.refusal !== undefined) {
      const message = 'not authorized to perform this';
      const type = 'text/xml';
      const xml = `<ErrorResponse><Error><Code>${this.refusal}</Code><Message>${message}</Message></Error></ErrorResponse>`;
      return { code: 403, type, body: xml };
    }
    if (form.has('Action')) return this.#cloudFormation(form);
    if (operation === 'DescribeAlarms') return json(this.#alarmsOf(JSON.parse(body)));
    if (operation === 'SetAlarmState') return json({ set: this.set.push(JSON.parse(body)) });
    if (operation === 'DescribeAlarmHistory') return json(this.#historyOf(JSON.parse(body)));
    if (operation === 'FilterLogEvents') return this.#logOf(JSON.parse(body));
    if (operation === 'Scan') return wire(this.quarantine.scan(body));
    if (operation === 'UpdateItem') return wire(this.quarantine.update(body));
    if (operation === 'PutRecords') return wire(this.quarantine.put(body));
    if (operation === 'GetMetricData') return json({ MetricDataResults: this.#metricData(body) });
    if (request.url?.startsWith('/2015-03-31/functions/'))
      return this.#function(request.method, request.url, body);
    return this.#bucket(request);
  }

  #historyOf({ AlarmName }: { readonly AlarmName: string }) {
    if (this.quietLooks-- > 0) return { AlarmHistoryItems: [] };
    const wasSet = this.set.some(alarm => alarm.AlarmName === AlarmName);
    const HistorySummary = this.actionFailure ?? 'Successfully executed action arn:aws:sns:eu-west-1';
    return { AlarmHistoryItems: wasSet ? [{ AlarmName, HistorySummary }] : [] };
  }

  #alarmsOf({ AlarmNames }: { readonly AlarmNames?: readonly string[] }) {
    const asked = this.alarms.filter(({ AlarmName }) => AlarmNames?.includes(AlarmName) ?? true);
    return { MetricAlarms: asked, CompositeAlarms: [] };
  }

  /** In pages, of which CloudWatch Logs gives the first ones empty as long as it has only looked. */
  #logOf({ logGroupName, startTime, nextToken, filterPattern }: Readonly<Record<string, unknown>>) {
    if (this.log === undefined || !String(logGroupName).startsWith('stocksingesterlog')) {
      const message = 'The specified log group does not exist.';
      return { code: 400, ...json({ __type: 'ResourceNotFoundException', message }) };
    }
    if (filterPattern !== '{ $.stats.now > 0 }')
      return { code: 400, ...json({ __type: 'InvalidParameterException', message: 'another pattern' }) };
    if (nextToken === undefined) return json({ events: [], nextToken: 'more' });
    const events = this.log.filter(({ timestamp }) => timestamp >= Number(startTime));
    return json({ events: events.filter(({ message }) => /"stats":\{.*"now":\d/.test(message)) });
  }

  #cloudFormation(form: URLSearchParams) {
    const [action, stack] = [form.get('Action'), form.get('StackName') ?? ''];
    const type = 'text/xml';
    if (!this.hasStacks) {
      const message = `Stack with id ${stack} does not exist`;
      const error = `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`;
      return { code: 400, type, body: error };
    }
    const member =
      action === 'DescribeStacks'
        ? `<Stacks><member><StackName>${stack}</StackName><Description>Barflow 1.2.3: all of it</Description><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-01-02T03:04:05Z</CreationTime></member></Stacks>`
        : `<StackResourceSummaries>${physicalNames(stack)}</StackResourceSummaries>`;
    return {
      type,
      body: `<${action}Response><${action}Result>${member}</${action}Result></${action}Response>`,
    };
  }

  #metricData(body: string) {
    const { MetricDataQueries } = JSON.parse(body);
    return MetricDataQueries.map(
      ({ Id, MetricStat: { Metric, Stat } }: { Id: string; MetricStat: AskedFor }) => {
        const { MetricName } = Metric;
        const value = this.values.get(`${MetricName} ${Stat}`) ?? this.values.get(MetricName);
        return { Id, Values: value === undefined ? [] : [value], Timestamps: [] };
      },
    );
  }

  #function(method: string | undefined, url: string, body: string) {
    if (method === 'POST') return this.#invoke(url, body);
    if (method === 'PUT') this.descriptions.push(JSON.parse(body).Description);
    const configuration = {
      Description: this.descriptions.at(-1),
      Timeout: 0,
      LastUpdateStatus: 'Successful',
    };
    return json(url.endsWith('/configuration') ? configuration : { Configuration: configuration });
  }

  #invoke(url: string, body: string) {
    this.invoked.push(`${decodeURIComponent(url.split('/')[3] ?? '')} ${body}`);
    return this.functionFails
      ? { code: 200, type: 'application/json', body: '{"batchItemFailures":[{"itemIdentifier":"1"}]}' }
      : json({ batchItemFailures: [] });
  }

  #bucket({ method, url = '', headers }: IncomingMessage) {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const xml = (body: string) => ({ type: 'application/xml', body });
    if (searchParams.has('list-type')) {
      const prefix = searchParams.get('prefix') ?? '';
      const keys = [...this.objects.keys()].filter(each => each.startsWith(prefix));
      return xml(
        `<ListBucketResult>${keys.map(each => `<Contents><Key>${each}</Key></Contents>`).join('')}</ListBucketResult>`,
      );
    }
    const source = headers['x-amz-copy-source'];
    if (method === 'PUT' && source !== undefined) {
      const from = decodeURIComponent(String(source).split('/').slice(1).join('/'));
      this.objects.set(key, this.objects.get(from) ?? '');
      return xml('<CopyObjectResult></CopyObjectResult>');
    }
    if (method === 'DELETE') this.objects.delete(key);
    return { type: 'application/octet-stream', body: this.objects.get(key) ?? '' };
  }
}

function wire({ code = 200, body }: { readonly code?: number; readonly body: object }) {
  return { code, ...json(body) };
}

function json(body: object) {
  return { type: 'application/x-amz-json-1.0', body: JSON.stringify(body) };
}

/** Every resource of the stack, physically called as its logical id in lower case. */
function physicalNames(stack: string): string {
  const ids = new Deployed('dev').logicalIds(stack);
  const member = (id: string) =>
    `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id.toLowerCase()}</PhysicalResourceId></member>`;
  return ids.map(member).join('');
}
