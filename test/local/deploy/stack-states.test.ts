/** There is a way out of every state that a stack can be in, in the command and on the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackStatus } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from '@jest/globals';
import { stateFinding, WAYS_OUT } from '../../../local/deploy/stack-states.ts';

const names = { name: 'barflow-dev-Storage', path: 'dev/Storage' };
const page = readFileSync(join(import.meta.dirname, '../../../docs/deploying.md'), 'utf8');

function of(state: StackStatus) {
  return stateFinding(names, { StackName: names.name, StackStatus: state, CreationTime: new Date(0) });
}

describe('the states of a stack', () => {
  test('are all known that AWS knows', () => {
    expect(Object.keys(WAYS_OUT).toSorted()).toEqual(Object.values(StackStatus).toSorted());
  });

  test.each(Object.values(StackStatus))(
    'that are %s let the deployment go on or say what to do first',
    state => {
      const { level, found } = of(state);
      expect(found).toContain(state);
      if (state === 'IMPORT_ROLLBACK_FAILED') expect(level).toBe('stop');
      else if (/_FAILED$/.test(state) && state !== 'ROLLBACK_FAILED') {
        expect(level).toBe('stop');
        expect(found).toMatch(/npx cdk (?:rollback|destroy) 'dev\/Storage'/);
      } else if (/_IN_PROGRESS$/.test(state) && state !== 'REVIEW_IN_PROGRESS') {
        expect(level).toBe('stop');
        expect(found).toContain('wait until that is over');
      } else expect(level).toBe(/^ROLLBACK_/.test(state) ? 'note' : 'ok');
    },
  );

  test('that a failed deployment can leave stand on the page with their way out', () => {
    const left = Object.values(StackStatus).filter(
      state => of(state).level !== 'ok' && !/_IN_PROGRESS$/.test(state),
    );
    expect(left.length).toBeGreaterThan(6);
    expect([...left, 'REVIEW_IN_PROGRESS'].filter(state => !page.includes(`\`${state}\``))).toEqual([]);
  });
});
