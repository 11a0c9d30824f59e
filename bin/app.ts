/** The CDK app: one stage per environment, checked against CloudFormation's schemas and the AWS Solutions rules. */
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BarflowStage } from '../lib/barflow-stage.ts';
import { environments } from '../lib/environments.ts';
import { allFeatureFlags } from '../lib/feature-flags.ts';
import { EnvironmentRefused } from '../lib/settings/environment-faults.ts';

const app = new App({
  postCliContext: {
    ...allFeatureFlags(),
    // The command line looks only at the stacks it was asked for; here a finding in any environment fails every command.
    '@aws-cdk/core:failSynthOnValidationErrors': true,
    '@aws-cdk/core:validateAgainstDefaultRules': true,
  },
});
const refused = Object.entries(environments).flatMap(([name, environment]) => {
  try {
    new BarflowStage(app, name, environment);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentRefused)) throw error;
    // Its message says what to change in the settings; where in this code it was found helps nobody.
    return [error.message];
  }
});
// In an object's literal this name is none: it says what the object is made after.
if (Object.getPrototypeOf(environments) !== Object.prototype)
  refused.push("environment '__proto__' cannot be used:\n  its name is none in JavaScript: use another");
if (refused.length > 0) {
  console.error(refused.join('\n'));
  process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
