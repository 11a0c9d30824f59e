/** CloudWatch's decision: from the datapoints of an alarm's evaluation range to its state. */

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** What stands in for a datapoint that never came. */
export const missingDataTreatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
export type MissingData = (typeof missingDataTreatments)[number];

/** How an alarm judges, in the words of its template. */
export interface Judgement {
  /** N: how many datapoints are looked at. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
  /** Whether a value breaches the threshold. */
  readonly breaches: (value: number) => boolean;
}

/** One datapoint per period, the oldest first; undefined where none came. */
export type Datapoints = readonly (number | undefined)[];

/** Periods beyond N that CloudWatch looks back, so that a datapoint that is missing or late need not be made up. */
const EXTRA_PERIODS = 2;

/** How many periods CloudWatch retrieves to judge N of them: its evaluation range. */
export function evaluationRange({ evaluationPeriods }: Pick<Judgement, 'evaluationPeriods'>): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/**
 * The alarm's state after one evaluation.
 * @param datapoints of the evaluation range, the newest last; older ones than that are not looked at
 * @param before the state that the alarm had, which `ignore` keeps
 */
export function evaluateAlarm(judgement: Judgement, datapoints: Datapoints, before: AlarmState): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData, breaches } = judgement;
  const range = datapoints.slice(-evaluationRange(judgement));
  // Real datapoints come first, however old: what is missing is made up as seldom as possible.
  const real = range.filter(value => value !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter(breaches).length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  const missing = evaluationPeriods - real.length;
  if (missing === 0) return 'OK';
  switch (treatMissingData) {
    case 'breaching':
      return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return breaching === real.length ? before : 'OK';
    case 'missing':
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      return breaching === real.length && hasLasted(range, datapointsToAlarm) ? 'ALARM' : 'OK';
  }
}

/** Whether the oldest real datapoint is M periods old or older: a lone breach that nothing has taken back since. */
function hasLasted(range: Datapoints, datapointsToAlarm: number): boolean {
  const oldest = range.findIndex(value => value !== undefined);
  return range.length - oldest >= datapointsToAlarm;
}
