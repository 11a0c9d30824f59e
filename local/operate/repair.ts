/** `npm run repair`: takes watermarks from the future out of slots that hold one. Exit codes: 0 none is left, 1 some are, 2 no answer. */
import { tell } from '../command-line/tell.ts';
import { cloudRepair } from './cloud-repair.ts';
import { Deployed } from './deployed.ts';
import { exitCodeOf } from './operator-error.ts';
import { askLocal, readWhere, workSchema } from './where.ts';

const usage = `Usage: npm run repair -- --env NAME | --local [--port P]  [--feed NAME] [--yes]
  Takes watermarks of a time that has not come out of the roll-up's log, and gives the roll-up new workers.
  --env NAME    an environment of lib/environments.ts
  --local       the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --feed NAME   which feed, where there are several
  --yes         do it; without it the command only says what there is
  -h, --help    this text
Exit codes: 0 none is left, 1 some are, 2 it cannot be answered`;

process.exitCode = await exitCodeOf(async () => {
  const extra = { yes: { type: 'boolean' }, feed: { type: 'string' } } as const;
  const { where, has, text } = readWhere(process.argv.slice(2), usage, extra);
  const act = has('yes');
  const feed = text('feed');
  const request = { act, ...(feed !== undefined && { feed }) };
  const { found, done, left } =
    where.kind === 'cloud'
      ? await cloudRepair(new Deployed(where.environment), { ...request, say: tell })
      : await local(where.port, request);
  const next = act
    ? '; minutes that were refused meanwhile: npm run redrive with --quarantine'
    : '; give --yes to repair them';
  tell(`${found} found, ${done} repaired${found === 0 ? '' : next}`);
  return left > 0 ? 1 : 0;
});

async function local(port: number, request: object) {
  const answer = await askLocal(port, '/repair', workSchema, request);
  for (const line of answer.lines) tell(line);
  return answer;
}
