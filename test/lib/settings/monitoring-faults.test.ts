/** What an environment may not say about alarms. */
import { describe, expect, test } from '@jest/globals';
import { faultsOf } from '../support/faults.ts';

const refusals: [settings: Readonly<Record<string, unknown>>, message: string][] = [
  [
    { notify: { page: ['nobody'] } },
    "notify.page is 'nobody': use mail addresses, of at most 254 characters, and addresses that begin with https://, of at most 2,048",
  ],
  ...[`${'x'.repeat(65)}@example.com`, `x@${'x.'.repeat(125)}xxx`, `https://${'x'.repeat(2_041)}`].map(
    (endpoint): [{ notify: { ticket: string[] } }, string] => [
      { notify: { ticket: [endpoint] } },
      `notify.ticket is ${endpoint.length > 100 ? `'${endpoint.slice(0, 100)}'... ${endpoint.length - 100} more characters` : `'${endpoint}'`}: use mail addresses, of at most 254 characters, and addresses that begin with https://, of at most 2,048`,
    ],
  ),
  [{ notify: { shout: [] } }, "a severity of notify is 'shout': use one of page, ticket"],
  [
    { thresholds: { lagSeconds: -1 } },
    'thresholds.lagSeconds is -1: use a number from 61 to 86400; docs/configuration.md has the units',
  ],
  [
    { thresholds: { symbolsRatio: 2 } },
    'thresholds.symbolsRatio is 2: use a number from 0 to 1; docs/configuration.md has the units',
  ],
  [
    { thresholds: { finalLagSeconds: 1e300 } },
    'thresholds.finalLagSeconds is 1e+300: use a number from 121 to 86400; docs/configuration.md has the units',
  ],
  [
    { thresholds: { gapMinutes: 1.5 } },
    'thresholds.gapMinutes is 1.5: use a whole number from 1 to 1440; docs/configuration.md has the units',
  ],
  [{ guardDeployments: 'yes' }, "guardDeployments is 'yes': use true or false"],
  ...['a page', 'javascript:alert(1)', 'docs/page.md', 'https://a/#b'].map(
    (runbookUrl): [{ runbookUrl: string }, string] => [
      { runbookUrl },
      `runbookUrl is '${runbookUrl}': use an address that begins with https://, of at most 300 characters without spaces and '#', or leave it out`,
    ],
  ),
  [
    { runbookUrl: `https://${'x'.repeat(3_000)}` },
    `runbookUrl is 'https://${'x'.repeat(92)}'... 2908 more characters: use an address that begins with https://, of at most 300 characters without spaces and '#', or leave it out`,
  ],
  [
    { notify: ['desk@example.com'] },
    "notify is [ 'desk@example.com' ]: use lists of subscribers by severity",
  ],
  [{ notify: { page: 'desk@example.com' } }, "notify.page is 'desk@example.com': use a list of subscribers"],
  [
    { notify: { page: ['a@example.com', 'a@example.com'] } },
    "notify.page is 'a@example.com': use each of them once",
  ],
  [{ thresholds: 5 }, 'thresholds is 5: use numbers by name'],
  [
    { runbookUrl: 5 },
    "runbookUrl is 5: use an address that begins with https://, of at most 300 characters without spaces and '#', or leave it out",
  ],
];

describe('an environment', () => {
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOf(settings)).toEqual([message]);
    },
  );
});
