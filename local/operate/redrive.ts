/** `npm run redrive`: gives what was left behind another way. Exit codes: 0 nothing is left, 1 something is, 2 no answer. */
import { tell } from '../command-line/tell.ts';
import { cloudRedrive } from './cloud-redrive.ts';
import { Deployed } from './deployed.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { askLocal, readWhere, workSchema } from './where.ts';

const usage = `Usage: npm run redrive -- --env NAME | --local [--port P]  --failures | --quarantine  [--feed NAME] [--yes]
  --env NAME    an environment of lib/environments.ts
  --local       the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --failures    batches that Lambda gave up: through the roll-up again, with their sequence numbers
  --quarantine  refused data: what is accepted today goes on the minutes stream, the rest stays
  --feed NAME   which feed, where there are several
  --yes         do it; without it the command only says what there is
  -h, --help    this text
Exit codes: 0 nothing is left, 1 something is, 2 it cannot be answered`;

process.exitCode = await exitCodeOf(async () => {
  const switches = { type: 'boolean' } as const;
  const extra = {
    failures: switches,
    quarantine: switches,
    yes: switches,
    feed: { type: 'string' },
  } as const;
  const { where, has, text } = readWhere(process.argv.slice(2), usage, extra);
  if (has('failures') === has('quarantine'))
    throw new OperatorError('what? Give --failures or --quarantine (--help explains them)');
  const feed = text('feed');
  const what = has('failures') ? 'failures' : 'quarantine';
  const request = { what, act: has('yes'), ...(feed !== undefined && { feed }) } as const;
  const { found, done, left } =
    where.kind === 'cloud'
      ? await cloudRedrive(new Deployed(where.environment), { ...request, say: tell })
      : await local(where.port, request);
  const plan = request.act || found === left ? '' : '; give --yes to redrive them';
  tell(`${found} found, ${done} redriven, ${left} cannot be${plan}`);
  return left > 0 ? 1 : 0;
});

async function local(port: number, request: object) {
  const answer = await askLocal(port, '/redrive', workSchema, request);
  for (const line of answer.lines) tell(line);
  return answer;
}
