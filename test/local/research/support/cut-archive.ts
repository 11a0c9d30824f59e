/** The archive's function in a process of its own, killed in the middle of a certain request that puts an object. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { awsEnvironment } from '../../../../local/engine/account.ts';
import { archiveEnv } from '../../../../runtime/archive/names.ts';
import { type ArchivingStage, STAGE } from './archiving-stage.ts';

const handler = fileURLToPath(new URL('../../../../runtime/archive/handler.ts', import.meta.url));

/** Resolves once its process is dead, which it is when it has sent half of its `puts`th object. @param now epoch ms */
export async function cutArchive(stage: ArchivingStage, now: number, puts: number): Promise<NodeJS.Signals> {
  const { engine, archive } = stage;
  const s3 = new URL(engine.endpoints.s3 ?? '');
  let [seen, child]: [number, ChildProcess | undefined] = [0, undefined];
  const relay = createServer(async (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const body = await buffer(incoming);
    const passed = ask({ host: s3.hostname, port: s3.port, method, path, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => undefined);
    if (method !== 'PUT' || ++seen < puts) passed.end(body);
    else
      passed.write(body.subarray(0, body.length / 2), () => {
        child?.once('exit', () => passed.destroy());
        child?.kill('SIGKILL');
      });
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  const address = relay.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const event = JSON.stringify({ at: new Date(now).toISOString() });
  const program = `const { handler } = await import(${JSON.stringify(handler)});
    await handler(${event}, { getRemainingTimeInMillis: () => 900_000 });`;
  child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: {
      ...awsEnvironment({ ...engine.endpoints, s3: `http://127.0.0.1:${port}` }),
      [archiveEnv.stateTable]: engine.table('Stocks/State').name,
      [archiveEnv.bucket]: archive.name,
      ENVIRONMENT: STAGE,
      MARKET: 'stocks',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = await once(child, 'exit');
  relay.closeAllConnections();
  relay.close();
  if (signal === null) throw new Error(`it ended with ${code} after ${seen} objects`);
  return signal;
}
