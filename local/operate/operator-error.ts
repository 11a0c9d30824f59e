/** What keeps an operator's command from its work: one line that names the remedy, exit code 2, no stack trace. */

import { EnvironmentRefused } from '../../lib/settings/environment-faults.ts';
import { UsageError } from '../command-line/option-values.ts';
import { complain } from '../command-line/tell.ts';

export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** Runs a command to its exit code. Whatever is not an answer of ours is shown whole: it is a fault of the program. */
export async function exitCodeOf(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const isOurs =
      error instanceof OperatorError || error instanceof UsageError || error instanceof EnvironmentRefused;
    const known = isOurs ? error.message : explain(error);
    complain(known ?? error);
    return 2;
  }
}

/** What went wrong, in one line, with the remedy where there is a known one. */
export function wordsFor(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return explain(error) ?? message.split('\n')[0] ?? message;
}

const CREDENTIALS = /credentials|token|signature|security token|UnrecognizedClient|InvalidClientTokenId/i;

/** The remedy for what AWS answers, where there is a known one. */
function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (/Region is missing/i.test(message))
    return 'no region: set it in lib/environments.ts, or in the variable AWS_REGION';
  if (/AccessDenied|not authorized/i.test(`${name} ${message}`))
    return `not allowed: ${message.split('\n')[0]}. Use a role with the permissions that docs/operating.md lists`;
  if (CREDENTIALS.test(name) || /could not load credentials/i.test(message))
    return 'no valid AWS credentials: sign in (aws sso login), or set AWS_PROFILE or the keys';
  if (/ResourceNotFound|NoSuchBucket/.test(name))
    return `what the stack declares is gone: ${message.split('\n')[0]}. npm run deploy with --revert-drift brings it back`;
  if (/parse error|Unexpected token|is not valid JSON|Deserialization/i.test(message))
    return 'what answers is not AWS: look for a proxy or a sign-in page between here and there, or a wrong AWS_ENDPOINT_URL';
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|TimeoutError/.test(`${name} ${message}`))
    return `AWS cannot be reached: ${message}. Check the network and the region`;
  return undefined;
}
