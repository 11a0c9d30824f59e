/** How old a record may get before Lambda gives its batch up. */
import { Duration } from 'aws-cdk-lib/core';

/** How long before a record leaves the stream its batch goes to the failure bucket. */
const RESCUE_TIME = Duration.minutes(15);
/** The longest that Lambda takes for a maximum record age. */
const LONGEST_RECORD_AGE = Duration.days(7);

/** As late as a batch can still be filed whole. */
export function maxRecordAge(retention: Duration): Duration {
  const age = retention.toSeconds() - RESCUE_TIME.toSeconds();
  return Duration.seconds(Math.min(age, LONGEST_RECORD_AGE.toSeconds()));
}
