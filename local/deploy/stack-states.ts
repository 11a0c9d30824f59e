/** What a stack's state means for the next deployment, and the way out of every state that a failed one can leave. */
import type { Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import { type Finding, note, ok, stop } from './finding.ts';

/** `goes on`: the next deployment does; `again`: it makes the stack anew; what else is said is to be done first. */
type WayOut = 'goes on' | 'again' | { readonly first: (stack: string, path: string) => string };

const wait: WayOut = {
  first: stack =>
    `somebody is changing it: wait until that is over (aws cloudformation describe-stacks --stack-name ${stack}), then deploy again`,
};
const rollBack: WayOut = {
  first: (_, path) => `undo what was begun without rollback, npx cdk rollback '${path}', then deploy again`,
};
const continueRollback: WayOut = {
  first: (stack, path) =>
    `mend what the events name (aws cloudformation describe-stack-events --stack-name ${stack}), then npx cdk rollback '${path}' (with --orphan LOGICAL-ID for what cannot be mended), then deploy again`,
};
const deleteAgain: WayOut = {
  first: (stack, path) =>
    `mend what the events name (aws cloudformation describe-stack-events --stack-name ${stack}) and repeat npx cdk destroy '${path}'; what cannot be deleted is left behind by aws cloudformation delete-stack --stack-name ${stack} --deletion-mode FORCE_DELETE_STACK`,
};

/** Every state that CloudFormation knows. `docs/deploying.md` has the ways out. */
export const WAYS_OUT: Readonly<Record<StackStatus, WayOut>> = {
  CREATE_COMPLETE: 'goes on',
  UPDATE_COMPLETE: 'goes on',
  UPDATE_ROLLBACK_COMPLETE: 'goes on',
  IMPORT_COMPLETE: 'goes on',
  IMPORT_ROLLBACK_COMPLETE: 'goes on',
  // A change set that nobody carried out: the stack is not there yet.
  REVIEW_IN_PROGRESS: 'goes on',
  DELETE_COMPLETE: 'goes on',
  ROLLBACK_COMPLETE: 'again',
  ROLLBACK_FAILED: 'again',
  CREATE_FAILED: rollBack,
  UPDATE_FAILED: rollBack,
  UPDATE_ROLLBACK_FAILED: continueRollback,
  IMPORT_ROLLBACK_FAILED: {
    first: stack =>
      `somebody imported by hand, which nothing here does: undo what the events name (aws cloudformation describe-stack-events --stack-name ${stack}), then deploy again`,
  },
  DELETE_FAILED: deleteAgain,
  CREATE_IN_PROGRESS: wait,
  UPDATE_IN_PROGRESS: wait,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: wait,
  UPDATE_ROLLBACK_IN_PROGRESS: wait,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: wait,
  ROLLBACK_IN_PROGRESS: wait,
  DELETE_IN_PROGRESS: wait,
  IMPORT_IN_PROGRESS: wait,
  IMPORT_ROLLBACK_IN_PROGRESS: wait,
};

/** What a stack is called: by CloudFormation, and by the CDK. */
export interface StackNames {
  readonly name: string;
  readonly path: string;
  /** Whether the templates have nothing for it. @default false */
  readonly isEmpty?: boolean;
}

/** @param stack as CloudFormation describes it; undefined where it is not there */
export function stateFinding({ name, path, isEmpty = false }: StackNames, stack: Stack | undefined): Finding {
  const about = `stack ${name}`;
  if (stack === undefined)
    return ok(about, isEmpty ? 'nothing would be in it, so none is made' : 'not there yet');
  const { StackStatus: state, StackStatusReason: reason } = stack;
  const said = `${state}${reason === undefined ? '' : ` (${reason.split('\n')[0]})`}`;
  const way = state === undefined ? undefined : WAYS_OUT[state];
  if (way === undefined)
    return note(
      about,
      `${said}, a state that this release does not know: see whether the deployment goes on`,
    );
  if (way === 'goes on')
    return isEmpty ? note(about, `${said}: nothing is in it any more, and it is deleted`) : ok(about, said);
  if (way === 'again') return note(about, `${said}: its first deployment failed, and this one makes it anew`);
  return stop(about, `${said}: ${way.first(name, path)}`);
}

/**
 * Whether its protection would keep the CDK from making a stack anew that never was: nothing stands in it, for what such a
 * creation had made goes with its rollback.
 */
export function isProtectedRuin({
  StackStatus: state,
  EnableTerminationProtection: isProtected,
}: Stack): boolean {
  return isProtected === true && state !== undefined && WAYS_OUT[state] === 'again';
}

/** Whether the stack was ever there whole. */
export function isMade({ StackStatus: state }: Stack): boolean {
  return state !== undefined && /^(?:CREATE_COMPLETE$|UPDATE_|IMPORT_)/.test(state);
}
