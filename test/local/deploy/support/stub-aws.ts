/** AWS as far as a deployment asks it, on a port of this machine: by default an account that is ready and empty; otherwise as hostile as a test wants. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What was asked: the fields of a form, or of a JSON object. */
export type Question = Readonly<Record<string, unknown>>;
/** What is answered: an object, text as it is, an error, or nothing in one of two ways. */
export type Answer = object | string | AwsError | 'hang' | 'drop';

/** An error as AWS sends it. */
export class AwsError extends Error {
  readonly code: number;
  override readonly name: string;

  constructor(name: string, message: string, code = 400) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

export const denied = new AwsError('AccessDeniedException', 'not authorized to perform this', 403);

const notThere = ({ StackName }: Question) =>
  new AwsError('ValidationError', `Stack with id ${StackName} does not exist`);

const READY: Readonly<Record<string, (question: Question) => Answer>> = {
  GetCallerIdentity: () =>
    xml(
      'GetCallerIdentity',
      '<Arn>arn:aws:iam::123456789012:user/somebody</Arn><Account>123456789012</Account>',
    ),
  GetParameter: () => ({ Parameter: { Value: '27' } }),
  GetSecretValue: ({ SecretId }) => ({ SecretString: `key-of-${SecretId}` }),
  DescribeStacks: notThere,
  ListStackResources: notThere,
  UpdateTerminationProtection: () => xml('UpdateTerminationProtection', ''),
  DescribeLimits: () => ({ ShardLimit: 500, OpenShardCount: 3 }),
  DescribeStreamSummary: () => ({ StreamDescriptionSummary: { OpenShardCount: 1 } }),
  GetServiceQuota: ({ ServiceCode }) => ({
    Quota:
      ServiceCode === 'fargate'
        ? {
            Value: 6,
            UsageMetric: { MetricNamespace: 'AWS/Usage', MetricName: 'ResourceCount', MetricDimensions: {} },
          }
        : { Value: 5 },
  }),
  GetMetricStatistics: () => ({ Datapoints: [] }),
};

export class StubAws {
  /** What is answered otherwise than by an account that is ready, by operation. */
  readonly answers = new Map<string, (question: Question) => Answer>();
  /** Operations, in the order they were asked for. */
  readonly asked: string[] = [];
  readonly #server = createServer(async (request, response) =>
    this.#answer(request, await text(request), response),
  );

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** As an account that is ready and empty. */
  reset(): void {
    this.answers.clear();
    this.asked.length = 0;
  }

  /** Variables that lead an AWS SDK here. */
  get variables(): Record<string, string> {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer({ headers }: IncomingMessage, body: string, response: ServerResponse): void {
    const form = Object.fromEntries(new URLSearchParams(body));
    const target =
      String(headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const operation = form['Action'] ?? target;
    const question: Question = form['Action'] ? form : JSON.parse(body);
    this.asked.push(operation);
    const answer = (this.answers.get(operation) ?? READY[operation] ?? (() => 'drop'))(question);
    if (answer === 'hang') return;
    if (answer === 'drop') {
      response.socket?.destroy();
      return;
    }
    send(response, answer, form['Action'] !== undefined);
  }
}

function send(response: ServerResponse, answer: object | string, isForm: boolean): void {
  if (typeof answer === 'string')
    response.writeHead(200, { 'content-type': isForm ? 'text/xml' : 'text/html' }).end(answer);
  else if (!(answer instanceof AwsError))
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  else if (isForm)
    response
      .writeHead(answer.code, { 'content-type': 'text/xml' })
      .end(
        `<ErrorResponse><Error><Code>${answer.name}</Code><Message>${answer.message}</Message></Error></ErrorResponse>`,
      );
  else
    response
      .writeHead(answer.code, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: answer.name, message: answer.message }));
}

/** An answer in XML. */
export function xml(action: string, result: string): string {
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
}

/** Stacks by name, with their states. Others are not there. */
export function stacks(states: Readonly<Record<string, string>>, isProtected = false) {
  return (question: Question): Answer => {
    const name = String(question['StackName']);
    const state = states[name];
    if (state === undefined) return notThere(question);
    const fields = `<StackName>${name}</StackName><StackStatus>${state}</StackStatus><CreationTime>2026-01-02T03:04:05Z</CreationTime>`;
    const more = `<StackStatusReason>it was so</StackStatusReason><EnableTerminationProtection>${isProtected}</EnableTerminationProtection>`;
    return xml('DescribeStacks', `<Stacks><member>${fields}${more}</member></Stacks>`);
  };
}

/** Resources of the storage stack, by logical id. */
export function resources(types: Readonly<Record<string, string>>) {
  return (): Answer => {
    const member = ([id, type]: [string, string]) =>
      `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType><PhysicalResourceId>the-${id}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
    return xml(
      'ListStackResources',
      `<StackResourceSummaries>${Object.entries(types).map(member).join('')}</StackResourceSummaries>`,
    );
  };
}
