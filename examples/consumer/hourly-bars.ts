/** A table with every hourly bar, kept up to date by a function on the bars stream. */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BarsConsumer } from 'barflow-kit/cdk';
import type { Construct } from 'constructs';

export interface HourlyBarsProps extends StackProps {
  /** Name of the SSM parameter with the ARN of the bars stream. */
  readonly stream: string;
}

export class HourlyBars extends Stack {
  constructor(scope: Construct, id: string, { stream, ...props }: HourlyBarsProps) {
    super(scope, id, props);
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'symbol', type: AttributeType.STRING },
      sortKey: { name: 'start', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
    });
    const keeper = new LambdaFunction(this, 'Keeper', {
      code: Code.fromAsset('out/function'),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.minutes(1),
      environment: { TABLE: table.tableName },
    });
    table.grant(keeper, 'dynamodb:PutItem');
    new BarsConsumer(this, 'Bars', { function: keeper, stream, timeframes: ['1h'], parallel: 10 });
  }
}
