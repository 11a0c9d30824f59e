/** What makes an environment's settings about alarms unusable. */
import type { Environment } from './environment.ts';
import { fault, isObject, isText, repeatFaults } from './fault.ts';
import { type Range, rangeText, thresholdRanges } from './thresholds.ts';

const SEVERITIES = ['page', 'ticket'];
/** No longer mail address can be delivered to, and no longer URL is understood everywhere. */
const ENDPOINT = /^((?=.{1,254}$)[^\s@]{1,64}@[^\s@]+\.[^\s@]+|https:\/\/\S{1,2040})$/;

export function* monitoringFaults(environment: Environment): Generator<string> {
  const { notify = {}, thresholds = {}, runbookUrl, guardDeployments } = environment;
  yield* notifyFaults(notify);
  yield* thresholdFaults(thresholds);
  if (runbookUrl !== undefined && !isText(runbookUrl, /^https?:\/\/[^\s#]{1,300}$/))
    yield fault(
      'runbookUrl',
      runbookUrl,
      "an address that begins with https://, of at most 300 characters without spaces and '#', or leave it out",
    );
  if (guardDeployments !== undefined && typeof guardDeployments !== 'boolean')
    yield fault('guardDeployments', guardDeployments, 'true or false');
}

function* notifyFaults(notify: object): Generator<string> {
  if (!isObject(notify)) return yield fault('notify', notify, 'lists of subscribers by severity');
  for (const [severity, endpoints] of Object.entries(notify)) {
    if (!SEVERITIES.includes(severity))
      yield fault('a severity of notify', severity, `one of ${SEVERITIES.join(', ')}`);
    if (endpoints === undefined) continue;
    if (!Array.isArray(endpoints)) {
      yield fault(`notify.${severity}`, endpoints, 'a list of subscribers');
      continue;
    }
    for (const endpoint of endpoints)
      if (!isText(endpoint, ENDPOINT))
        yield fault(
          `notify.${severity}`,
          endpoint,
          'mail addresses, of at most 254 characters, and addresses that begin with https://, of at most 2,048',
        );
    yield* repeatFaults(`notify.${severity}`, endpoints);
  }
}

function* thresholdFaults(thresholds: object): Generator<string> {
  if (!isObject(thresholds)) return yield fault('thresholds', thresholds, 'numbers by name');
  const ranges = new Map<string, Range>(Object.entries(thresholdRanges));
  for (const [name, value] of Object.entries(thresholds)) {
    const range = ranges.get(name);
    if (!range) yield fault('a name of thresholds', name, `one of ${[...ranges.keys()].join(', ')}`);
    else if (!isWithin(range, value))
      yield fault(`thresholds.${name}`, value, `${rangeText(range)}; docs/configuration.md has the units`);
  }
}

function isWithin({ least, most, whole }: Range, value: unknown): boolean {
  return typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
}
