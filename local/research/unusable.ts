/** Why a file of a researcher cannot be used, in one line, with what to do about it. */

const reasons: readonly (readonly [RegExp, string])[] = [
  [/lock|being used by another/i, 'another program has it open: end that one, or name another file'],
  [
    /No space left|disk is full|out of space|write.*enough|Could not write|File too large/i,
    'the disk is full: make room, and start it again: it goes on where it was',
  ],
  [
    /not a valid DuckDB|corrupt|checksum|Failed to deserialize|Could not read enough/i,
    'it is no database of DuckDB, or a damaged one: name another file',
  ],
  [
    /version number|newer version of DuckDB|older version/i,
    'another release of DuckDB wrote it: name another file',
  ],
  [/directory/i, 'its folder does not exist, or it is a folder: name a file in a folder that exists'],
  [/permission|read-only/i, 'it may not be written: name another file'],
];

export function unusable(error: unknown): string {
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const reason = reasons.find(([pattern]) => pattern.test(message))?.[1];
  return reason === undefined ? message : `${reason} (${message.slice(0, 160)})`;
}
