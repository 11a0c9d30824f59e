/** A rolling deployment as ECS makes it: new tasks beside the old ones, their health, a circuit breaker, alarms, and the way back. */
import type { LocalTask } from './tasks.ts';

/** In ECS's words. */
export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface RolloutRules {
  /** Whether tasks that fail again and again end it. */
  readonly breaksOff: boolean;
  /** Names of the alarms of which any ends it. */
  readonly alarms: readonly string[];
  /** How long (ms) alarms are watched once the old tasks are gone. */
  readonly bake: number;
  /** How long (ms) a new task may take to become healthy. */
  readonly grace: number;
  /** How long (ms) one that was healthy may be unhealthy. */
  readonly patience: number;
}

export interface RolloutParts {
  readonly old: readonly LocalTask[];
  /** How many new ones there are to be. */
  readonly tasks: number;
  readonly rules: RolloutRules;
  /** Event time, epoch ms. */
  readonly now: () => number;
  readonly isRaised: (alarm: string) => boolean;
  /** Starts a task of the new version, or of the one before it. */
  readonly start: (isBack: boolean) => LocalTask;
  /** Resolves when the task is gone. */
  readonly stop: (task: LocalTask) => Promise<void>;
  readonly tell: (eventName: `SERVICE_DEPLOYMENT_${RolloutState}`, reason: string) => void;
}

/** A task that is to stay. */
interface Candidate {
  task: LocalTask;
  /** Since when it is not healthy, epoch ms; undefined while it is. */
  since: number | undefined;
  wasHealthy: boolean;
}

/** So many tasks that fail break a deployment off; for services of many tasks it is more. */
const FAILURES = 3;

export class Rollout {
  state: RolloutState = 'IN_PROGRESS';
  /** Why it failed. */
  reason: string | undefined;
  readonly #parts: RolloutParts;
  /** Those that run and are to go once the candidates are healthy. */
  #leaving: LocalTask[];
  #candidates: Candidate[] = [];
  /** Tasks that were replaced, and how often their processes had ended before. */
  #replaced = 0;
  #bakesUntil: number | undefined;
  #isAbandoned = false;

  constructor(parts: RolloutParts) {
    this.#parts = parts;
    this.#leaving = [...parts.old];
    this.#candidates = this.#startAll(false);
    parts.tell('SERVICE_DEPLOYMENT_IN_PROGRESS', 'tasks of the new version are started');
  }

  /** Tasks that ended or did not become healthy. */
  get failures(): number {
    return this.#candidates.reduce((sum, { task }) => sum + task.restarts, this.#replaced);
  }

  /** Whether nothing is left to do: the new version runs alone, or the old one does again. */
  get isOver(): boolean {
    return this.#isAbandoned || (this.state !== 'IN_PROGRESS' && this.#leaving.length === 0);
  }

  /** Whether the tasks of the version before are gone. */
  get hasReplaced(): boolean {
    return this.#bakesUntil !== undefined;
  }

  /** Another deployment takes its place. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** What ECS does every few seconds, as of now: asks tasks and alarms, replaces, goes on or back. Resolves when that is done. */
  async look(): Promise<void> {
    if (this.isOver) return;
    const { rules, now } = this.#parts;
    for (const candidate of this.#candidates) await this.#examine(candidate);
    const raised = rules.alarms.find(this.#parts.isRaised);
    if (this.state === 'IN_PROGRESS') {
      if (raised !== undefined) return this.#fail(`alarm ${raised} is raised`);
      if (rules.breaksOff && this.failures >= FAILURES) return this.#fail(`${this.failures} tasks failed`);
    }
    if (this.#candidates.some(({ since }) => since !== undefined)) return;
    await this.#stopLeaving();
    if (this.state === 'FAILED') return;
    this.#bakesUntil ??= now() + rules.bake;
    if (now() < this.#bakesUntil) return;
    this.state = 'COMPLETED';
    this.#parts.tell('SERVICE_DEPLOYMENT_COMPLETED', 'the new version runs alone');
  }

  /** Asks one task how it is, and puts another in the place of one that has been unwell for too long. */
  async #examine(candidate: Candidate): Promise<void> {
    const { rules, now, stop } = this.#parts;
    if (await candidate.task.isHealthy()) {
      candidate.since = undefined;
      candidate.wasHealthy = true;
      return;
    }
    candidate.since ??= now();
    if (now() - candidate.since < (candidate.wasHealthy ? rules.patience : rules.grace)) return;
    this.#replaced += 1 + candidate.task.restarts;
    await stop(candidate.task);
    const { task, since } = this.#startOne(this.state === 'FAILED');
    Object.assign(candidate, { task, since, wasHealthy: false });
  }

  /** Goes back to the version before, where there is one: its tasks stay, or are started again beside those that failed. */
  async #fail(reason: string): Promise<void> {
    this.state = 'FAILED';
    this.reason = reason;
    this.#parts.tell('SERVICE_DEPLOYMENT_FAILED', reason);
    const failed = this.#candidates.map(({ task }) => task);
    const stayed = this.#leaving;
    this.#leaving = failed;
    this.#candidates = stayed.length > 0 ? [] : this.#startAll(true);
    if (stayed.length > 0) await this.#stopLeaving();
  }

  async #stopLeaving(): Promise<void> {
    const leaving = this.#leaving;
    await Promise.all(leaving.map(this.#parts.stop));
    this.#leaving = [];
  }

  #startAll(isBack: boolean): Candidate[] {
    return Array.from({ length: this.#parts.tasks }, () => this.#startOne(isBack));
  }

  #startOne(isBack: boolean): Candidate {
    return { task: this.#parts.start(isBack), since: this.#parts.now(), wasHealthy: false };
  }
}
