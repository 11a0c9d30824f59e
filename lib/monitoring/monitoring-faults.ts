/** What makes an environment's settings about alarms and calendars unusable. */
import type { Environment, Feed } from '../environment.ts';
import { fault } from '../fault.ts';
import { defaultThresholds } from './thresholds.ts';

const SEVERITIES = ['page', 'ticket'];
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function* monitoringFaults(environment: Environment): Generator<string> {
  const { notify = {}, thresholds = {}, runbookUrl, guardDeployments } = environment;
  for (const [severity, endpoints] of Object.entries(notify)) {
    if (!SEVERITIES.includes(severity))
      yield fault('a severity of notify', severity, `one of ${SEVERITIES.join(', ')}`);
    for (const endpoint of endpoints)
      if (!MAIL.test(endpoint) && !/^https:\/\/\S+$/.test(endpoint))
        yield fault(`notify.${severity}`, endpoint, 'mail addresses and addresses that begin with https://');
  }
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(name in defaultThresholds))
      yield fault('a name of thresholds', name, `one of ${Object.keys(defaultThresholds).join(', ')}`);
    else if (!Number.isFinite(value) || value < 0)
      yield fault(`thresholds.${name}`, value, 'a number from 0 on; its unit stands in thresholds.ts');
  }
  if (runbookUrl !== undefined && !/^\S+$/.test(runbookUrl))
    yield fault('runbookUrl', runbookUrl, 'an address without spaces, or leave it out');
  if (guardDeployments !== undefined && typeof guardDeployments !== 'boolean')
    yield fault('guardDeployments', guardDeployments, 'true or false');
}

/** @param path where the feed stands in the environment, such as `feeds[0]` */
export function* calendarFaults(path: string, { specialDays = {}, reconcile = [] }: Feed): Generator<string> {
  for (const [date, day] of Object.entries(specialDays)) {
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(`${date}T00:00Z`)))
      yield fault(`a date of ${path}.specialDays`, date, "dates such as '2027-03-05'");
    else if (day !== 'closed' && day !== 'as usual' && !/^([01]\d|2[0-3]):[0-5]\d$/.test(day))
      yield fault(`${path}.specialDays['${date}']`, day, "'closed', 'as usual' or a time such as '13:00'");
  }
  for (const symbol of reconcile)
    if (!/^[^\s,*]+$/.test(symbol))
      yield fault(`${path}.reconcile`, symbol, 'tickers without spaces, commas and asterisks');
  const length = reconcile.join(',').length;
  if (length > 2_000)
    yield `${path}.reconcile takes ${length} characters: use at most 2000, which is what a function holds`;
}
