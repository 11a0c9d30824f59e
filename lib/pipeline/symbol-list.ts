/** A list of symbols that the ingester follows: how it is named to it, and the right to read it. */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { SymbolSource } from '../settings/name-faults.ts';

/** The source as the ingester's variable has it. */
export function sourceName(source: SymbolSource): string {
  if ('redisStream' in source) return `redis:${source.redisStream}`;
  return 'parameter' in source ? `ssm:${source.parameter}` : `s3://${source.bucket}/${source.key}`;
}

/** The right to write this list anew, and to see what it was. */
export function mayWrite(scope: Construct, source: SymbolSource): PolicyStatement | undefined {
  const reading = mayRead(scope, source);
  const actions = 'parameter' in source ? ['ssm:PutParameter'] : ['s3:PutObject'];
  return (
    reading &&
    new PolicyStatement({ actions: [...reading.actions, ...actions], resources: reading.resources })
  );
}

/** The right to read this list and nothing beside it; a server of Redis asks for its own. */
export function mayRead(scope: Construct, source: SymbolSource): PolicyStatement | undefined {
  if ('redisStream' in source) return undefined;
  if ('parameter' in source) {
    const resourceName = source.parameter.replace(/^\//, '');
    const arn = Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName });
    return new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arn] });
  }
  const bucket = Bucket.fromBucketName(scope, 'SymbolList', source.bucket);
  return new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(source.key)] });
}
