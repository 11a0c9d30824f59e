/** The CDK app: one stack that keeps the hourly bars of an environment of Barflow. */
import { App } from 'aws-cdk-lib';
import { HourlyBars } from './hourly-bars.ts';

new HourlyBars(new App(), 'HourlyBars', { stream: '/barflow/dev/stocks/bars-stream-arn' });
