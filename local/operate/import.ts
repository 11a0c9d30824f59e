/** `npm run import`: fills an environment's minutes from vendor flat files. Exit codes: 0 done, or said what would be, 2 it cannot be. */

import { instant } from '../command-line/option-values.ts';
import { tell } from '../command-line/tell.ts';
import { FlatFileError } from '../flat-files/flat-file.ts';
import { cloudImport } from './cloud-import.ts';
import { Deployed } from './deployed.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { readWhere } from './where.ts';

const usage = `Usage: npm run import -- --env NAME --file FILE … [--feed NAME] [--symbols A,B] [--from ISO] [--to ISO] [--authoritative] [--yes]
  --env NAME       an environment of lib/environments.ts
  --file FILE      a vendor flat file of minutes, packed or not, rows in any order, or one of the archive (Parquet of 1m);
                   may be given several times, and imported again
  --feed NAME      which feed, where the environment has several
  --symbols A,B    only these, each of which is in one of the files
  --from, --to     only minutes that start in [from, to)
  --authoritative  the rows replace what is known of their minutes; without it they only fill what is missing
  --yes            do it; without it the command only says what it would do
  -h, --help       this text
Exit codes: 0 done, or said what would be, 2 it cannot be`;

process.exitCode = await exitCodeOf(async () => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const extra = {
    file: { type: 'string', multiple: true } as const,
    feed: text,
    symbols: text,
    from: text,
    to: text,
    authoritative: flag,
    yes: flag,
  };
  const asked = readWhere(process.argv.slice(2), usage, extra);
  const files = asked.texts('file');
  const [file] = files;
  if (file === undefined) throw new OperatorError('which file? Give --file FILE (--help explains it)');
  if (asked.where.kind === 'local')
    throw new OperatorError(
      `a pipeline on this machine imports when it starts: npm start -- --import ${file}`,
    );
  const [from, to] = ['from', 'to'].map(name => instant(name, asked.text(name)));
  try {
    await cloudImport(new Deployed(asked.where.environment), {
      ...{
        files,
        feed: asked.text('feed'),
        authoritative: asked.has('authoritative'),
        act: asked.has('yes'),
      },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(asked.text('symbols') !== undefined && { symbols: asked.text('symbols')?.split(',') ?? [] }),
      now: Date.now(),
      say: tell,
    });
  } catch (error) {
    if (error instanceof FlatFileError) throw new OperatorError(error.message);
    throw error;
  }
  return 0;
});
