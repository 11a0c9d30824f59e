/** What of the stream goes wrong, and what to do about it. */

const THROTTLED = 'ProvisionedThroughputExceededException';

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(`^${THROTTLED}`),
    'its shards take no more: give it more shards, pass fewer symbols on, or sample quotes',
  ],
  [/^ResourceNotFoundException/, 'it is not there: name one that is'],
  [/^AccessDenied/, 'these credentials may not write to it: allow kinesis:PutRecords and kinesis:ListShards'],
  [/^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature)/, 'look at the credentials'],
  [/^KMS/, 'look at the key that encrypts it, and whether these credentials may use it'],
];

/** @param codes of the records that were not taken, and how many each hit. @param sent records of the request */
export function troubleOf(codes: Readonly<Record<string, number>>, sent: number): string {
  const count = Object.values(codes).reduce((sum, each) => sum + each, 0);
  const names = Object.keys(codes).join(', ');
  return `the stream did not take ${count} of ${sent} records (${names})${remedyFor(names)}`;
}

/** @param error with which a request as a whole failed */
export function troubleIn(error: unknown): string {
  if (!(error instanceof Error)) return `the stream cannot be reached (${error})`;
  return `the stream does not answer (${error.name}: ${error.message})${remedyFor(error.name)}`;
}

function remedyFor(name: string): string {
  const [, remedy] = remedies.find(([pattern]) => pattern.test(name)) ?? [];
  return remedy === undefined ? '' : `: ${remedy}`;
}
