/** A stage of the local engine seen from outside: as an account that it is deployed into, and as the pipeline that npm start runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type StatusServer, serveStatus } from '../../../../local/console/status-server.ts';
import { awsEnvironment, credentials, region } from '../../../../local/engine/account.ts';
import type { Resource, Stack } from '../../../../local/engine/assembly.ts';
import type { Engine } from '../../../../local/engine/engine.ts';
import { PageServer } from '../../../../local/page-server/page-server.ts';
import { type OperatorResult, operate } from '../../../support/operate.ts';

const PROGRAM = fileURLToPath(new URL('../../../../local/research/research.ts', import.meta.url));

export class Outside implements AsyncDisposable {
  /** Arguments that say where the same stage is. */
  readonly asEnvironment: readonly string[];
  readonly asPipeline: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #servers: readonly [Server, StatusServer];

  private constructor(engine: Engine, stage: string, servers: readonly [Server, StatusServer]) {
    const address = servers[0].address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const [api] = engine.apis;
    this.asEnvironment = ['--env', stage, '--api', api?.endpoint ?? ''];
    this.asPipeline = ['--local', '--port', new URL(servers[1].url).port];
    this.#env = {
      ...{ PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
      ...awsEnvironment(engine.endpoints),
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}`,
    };
    this.#servers = servers;
  }

  /** @param stacks of the stage, which is called as one of `lib/environments.ts` */
  static async of(engine: Engine, stage: string, stacks: readonly Stack[]): Promise<Outside> {
    const formation = createServer(async (request, response) => {
      const stack = new URLSearchParams(await text(request)).get('StackName');
      const resources = stacks.find(({ name }) => name === stack)?.resources ?? [];
      const members = resources.map(
        each =>
          `<member><LogicalResourceId>${each.logicalId}</LogicalResourceId><PhysicalResourceId>${physicalName(engine, each)}</PhysicalResourceId></member>`,
      );
      const list = `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`;
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        `<ListStackResourcesResponse><ListStackResourcesResult>${list}</ListStackResourcesResult></ListStackResourcesResponse>`,
      );
    });
    await once(formation.listen(0, '127.0.0.1'), 'listening');
    const page = new PageServer({ pollSeconds: 5, trouble: () => undefined });
    page.api = { endpoint: engine.apis[0]?.endpoint ?? '', region, credentials };
    const streams = {
      minutes: engine.stream('Stocks/Minutes').name,
      bars: engine.stream('Stocks/Bars').name,
    };
    const aws = { region, kinesis: engine.endpoints.kinesis, streams };
    const status = { 'GET /status': () => ({ feed: 'stocks', market: 'stocks', aws }) };
    return new Outside(engine, stage, [formation, await serveStatus(status, 0, page.answer)]);
  }

  /** Runs `npm run research`. */
  research(args: readonly string[]): Promise<OperatorResult> {
    return operate('research', args, this.#env);
  }

  /** Lets `npm run research` of the pipeline follow into a file; resolves once it has written something. */
  async follow(db: string): Promise<ChildProcess> {
    const args = [PROGRAM, ...this.asPipeline, '--db', db, '--follow'];
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.stdout.resume();
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [formation, status] = this.#servers;
    formation.closeAllConnections();
    formation.close();
    await status.close();
  }
}

function physicalName(engine: Engine, { type, path, logicalId }: Resource): string {
  if (type === 'AWS::Kinesis::Stream') return engine.stream(path).name;
  if (type === 'AWS::S3::Bucket') return engine.bucket(path).name;
  if (type === 'AWS::ApiGatewayV2::Api') return engine.apis[0]?.ref ?? '';
  return logicalId;
}
