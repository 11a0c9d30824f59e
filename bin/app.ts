/** The CDK app: one stage per environment, checked against the AWS Solutions rules. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BarflowStage } from '../lib/barflow-stage.ts';
import { environments } from '../lib/environments.ts';

const app = new App();
for (const [name, environment] of Object.entries(environments)) new BarflowStage(app, name, environment);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
