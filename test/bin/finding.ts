/** Loaded before the app: makes the AWS Solutions checks find something in every environment. */
import { AwsSolutionsChecks } from 'cdk-nag';

AwsSolutionsChecks.prototype.validateScope = () => ({
  success: false,
  violations: [
    {
      ruleName: 'AwsSolutions-TEST',
      description: 'a rule that everything breaks',
      violatingResources: [{ constructPath: 'dev/Storage', locations: [] }],
    },
  ],
});
