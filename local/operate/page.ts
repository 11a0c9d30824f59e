/** `npm run page`: the live page of an environment in AWS, on this machine. Exit codes: 0 ended by Ctrl-C, 2 it cannot be shown. */
import { asksForHelp, flagsOf } from '../command-line/command-line.ts';
import { wholeOf } from '../command-line/option-values.ts';
import { complain, tell } from '../command-line/tell.ts';
import { serveStatus } from '../console/status-server.ts';
import { PageServer } from '../page-server/page-server.ts';
import { Deployed } from './deployed.ts';
import { apiAddressOf, deployedApi } from './deployed-api.ts';
import { exitCodeOf, OperatorError, wordsFor } from './operator-error.ts';

const usage = `Usage: npm run page -- --env NAME [--port P] [--api URL]
  --env NAME   an environment of lib/environments.ts; its query API is asked with your own AWS credentials
  --port P     where the page is on this machine (default 8080; 0 takes any free one)
  --api URL    the API's address where it has one of its own, such as https://bars.example.com
  -h, --help   this text
The page of a pipeline on this machine is where npm start says.
Exit codes: 0 ended by Ctrl-C, 2 it cannot be shown`;

/** Seconds between two looks at the newest bars. */
const POLL = 5;
/** The same trouble is told of once in that time, ms. */
const TOLD_EVERY = 30_000;

process.exitCode = await exitCodeOf(async () => {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    tell(usage);
    return 0;
  }
  const text = { type: 'string' } as const;
  const { env, port, api } = flagsOf(args, { env: text, port: text, api: text });
  if (env === undefined)
    throw new OperatorError(
      'whose page? Give --env NAME; that of a pipeline on this machine is where npm start says',
    );
  const chosen = wholeOf('port', port, { fallback: 8080, min: 0, max: 65_535 });
  const own = apiAddressOf(api);
  const page = new PageServer({ pollSeconds: POLL, trouble: teller() });
  const upstream = await deployedApi(new Deployed(env), own);
  page.api = upstream;
  const server = await serveStatus({}, chosen, page.answer);
  // Whoever reads the line may end it at once.
  const ended = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  tell(`page: ${new URL('/', server.url)} (${upstream.endpoint}); Ctrl-C ends`);
  await ended;
  await server.close();
  return 0;
});

function teller(): (error: unknown) => void {
  const told = new Map<string, number>();
  return error => {
    const words = wordsFor(error);
    if ((told.get(words) ?? Number.NEGATIVE_INFINITY) > performance.now() - TOLD_EVERY) return;
    told.set(words, performance.now());
    complain(words);
  };
}
