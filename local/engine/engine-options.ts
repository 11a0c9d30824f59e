/** What the local engine is started with. */
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Clock } from '../../runtime/platform/clock.ts';
import type { Overrides } from './settings.ts';

/** Where the local servers listen unless something else does; 0 takes any free port. */
export interface Ports {
  readonly kinesis: number;
  readonly dynamodb: number;
}

/** What to run, and how. */
export interface EngineOptions {
  /** What `app.synth()` returned. */
  readonly assembly: CloudAssembly;
  /** The stage's construct id, such as `dev`. */
  readonly stage: string;
  /** Folder that stands for S3: each bucket is a folder in it, made with its first object. */
  readonly folder: string;
  /**
   * Where the local servers listen.
   * @default any free ports
   */
  readonly ports?: Ports;
  /**
   * Values of the secrets that containers ask for, by the secret's name.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Environment variables in place of the template's, by function or service (any name that the engine finds it by).
   * @default none
   */
  readonly overrides?: Overrides;
  /**
   * Called with what functions and tasks print from the first moment on, as `onLog` of the engine is from when it runs.
   * @default nobody is told before that
   */
  readonly onLog?: (source: string, line: string) => void;
  /**
   * What schedules go by, and what metrics of AWS services measure time with.
   * @default the machine's clock
   */
  readonly clock?: Clock;
  /**
   * Leave the tasks to `startTasks`, or never start them.
   * @default false
   */
  readonly holdTasks?: boolean;
  /**
   * Never invoke anything by time.
   * @default false
   */
  readonly holdSchedules?: boolean;
  /**
   * Is told, in one line each, what does not run here, what fails and what is started again.
   * @default printed on standard error
   */
  readonly say?: (line: string) => void;
  /**
   * Longest wait before a task that ended is started again (ms).
   * @default 15,000
   */
  readonly restartLimitMs?: number;
  /**
   * Longest wait before a batch that was not processed is delivered again (ms).
   * @default 5,000
   */
  readonly retryLimitMs?: number;
  /**
   * How often a mapping looks whether its shards have anything new (ms), as Lambda does once a second.
   * @default as soon as something is written, as with enhanced fan-out
   */
  readonly pollMs?: number;
}
