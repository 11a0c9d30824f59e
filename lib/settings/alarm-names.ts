/** What alarms are called, in CloudWatch and in the runbook. */

/** The name of the alarm `id` of a feed, such as `barflow-dev-Stocks-FeedSilent`. */
export function alarmName(environment: string, feed: string, id: string): string {
  return `barflow-${environment}-${feed}-${id}`;
}

/** `FeedSilent` is explained in section `feed-silent`. */
export function runbookSection(id: string): string {
  return id.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
