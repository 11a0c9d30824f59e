/** Why some tables of a feed cannot be restored to an earlier moment, as the checks would have it. */
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Validations } from 'aws-cdk-lib/core';
import type { Environment } from '../settings/environment.ts';

const id = 'AwsSolutions-DDB3';

/** Those that a feed may have. */
export interface FeedTables {
  readonly state?: Table;
  readonly store?: Table;
  readonly monitor?: Table;
  readonly lease: Table;
}

export function explainTables({ state, store, monitor, lease }: FeedTables, { removal }: Environment): void {
  if (state)
    Validations.of(state).acknowledge({
      id,
      reason:
        'The log is kept for 8 days and follows the minutes stream. Restored to an earlier moment it would contradict bars ' +
        'that are already published; a lost log is rebuilt by publishing the minutes again.',
    });
  if (store && removal !== 'retain')
    Validations.of(store).acknowledge({
      id,
      reason:
        'Where data may go with the stack it need not be restored: an import of the minutes makes the bars anew.',
    });
  if (monitor)
    Validations.of(monitor).acknowledge({
      id,
      reason: 'It holds what is usual on a trading day and learns it anew within five sessions.',
    });
  Validations.of(lease).acknowledge({
    id,
    reason:
      'Its item is renewed every few seconds: an older one would let two ingesters connect. What else it holds is declared on the stream, too.',
  });
}
