/** Looks whether account and region are prepared for the CDK, recently enough for these templates. */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, isNamed, note, ok, type Place, stop } from './finding.ts';

const ABOUT = 'bootstrap';

export async function bootstrapFinding({ deployed, account, region, clients }: Place): Promise<Finding> {
  const { parameter, least } = deployed.bootstrap;
  const remedy = `run npx cdk bootstrap aws://${account}/${region}`;
  try {
    const { Parameter } = await new SSMClient(clients).send(new GetParameterCommand({ Name: parameter }));
    const { Value: value = '' } = Parameter ?? {};
    if (!/^\d+$/.test(value))
      return stop(ABOUT, `${parameter} is '${value}', which is no version: ${remedy}`);
    if (Number(value) < least) return stop(ABOUT, `version ${value}, ${least} or later is needed: ${remedy}`);
    return ok(ABOUT, `version ${value}`);
  } catch (error) {
    if (isNamed(error, /ParameterNotFound/))
      return stop(ABOUT, `${region} of ${account} is not prepared: ${remedy}`);
    return note(ABOUT, `not looked at: ${wordsFor(error)}`);
  }
}
