/** An environment none of whose feeds has minutes, as its account shows it: nothing is served, and no stack for that is made. */
import { expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { stateFinding } from '../../../local/deploy/stack-states.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { aws } from '../deploy/support/looking.ts';
import { stacks } from '../deploy/support/stub-aws.ts';

const deployed = new Deployed('one', {
  one: {
    feeds: [
      {
        ...{ market: 'stocks', symbols: ['AAPL'], channels: ['trades'], apiKeySecret: 'key' },
        sinks: [{ kind: 'events' }],
      },
    ],
    ...{ streamRetention: Duration.hours(24), removal: 'destroy' },
  },
});

test('its status is that of the stacks that have something in them', async () => {
  const there = ['Storage', 'Pipeline', 'Monitoring'].map(stack => `barflow-one-${stack}`);
  aws.answers.set('DescribeStacks', stacks(Object.fromEntries(there.map(name => [name, 'CREATE_COMPLETE']))));
  expect(Object.keys(await deployed.versions()).toSorted()).toEqual(there.toSorted());
});

test('before a deployment it is told what becomes of the one that has nothing in it', () => {
  const [serving, ...more] = deployed.stacks.filter(({ isEmpty }) => isEmpty);
  if (serving === undefined) throw new Error('every stack has something in it');
  expect([serving.name, more]).toEqual(['barflow-one-Serving', []]);
  expect(stateFinding(serving, undefined)).toMatchObject({
    level: 'ok',
    found: 'nothing would be in it, so none is made',
  });
  const left = {
    StackName: serving.name,
    StackStatus: 'UPDATE_COMPLETE',
    CreationTime: new Date(0),
  } as const;
  expect(stateFinding(serving, left)).toMatchObject({
    level: 'note',
    found: 'UPDATE_COMPLETE: nothing is in it any more, and it is deleted',
  });
});
