/** In which order the CDK deploys. */
import { describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readAsked } from '../../../local/deploy/asked.ts';
import { runsOf } from '../../../local/deploy/cdk.ts';
import { Deployed } from '../../../local/operate/deployed.ts';

const deployed = new Deployed('dev');
const clients = { maxAttempts: 1, requestHandler: new NodeHttpHandler() };

function runs(args: readonly string[], consumersFirst: boolean): string[] {
  const look = { findings: [], ruins: [], clients, consumersFirst };
  return runsOf(readAsked(args, ['dev', 'prod']), [{ deployed, look }]).map(run => run.join(' '));
}

const FIRST = 'deploy dev/Pipeline dev/Serving dev/Monitoring --exclusively';

describe('the CDK', () => {
  test('deploys in its own order where nothing that holds data goes', () => {
    expect(runs(['dev', '--force'], false)).toEqual(['deploy dev/** --force']);
  });

  test.each([
    [
      ['dev', '--force'],
      [`${FIRST} --force`, 'deploy dev/** --force'],
    ],
    [['**'], [FIRST, 'deploy **']],
    [['--all'], [FIRST, 'deploy --all']],
  ])('deploys what reads it first where something goes: %j', (args, expected) => {
    expect(runs(args, true)).toEqual(expected);
  });

  test('deploys but what it is asked for', () => {
    expect(runs(['dev/Monitoring'], true)).toEqual(['deploy dev/Monitoring']);
  });
});
