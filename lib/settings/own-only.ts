/** For whom a service may assume a role: for what this account itself has made. */
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Conditions of a trust policy, so that nobody in another account makes the service act with this role.
 * @param service that makes the resource, such as `ecs`
 * @param resource for which the role is assumed, after the account in its ARN; `*` for any
 */
export function ownOnly(scope: Construct, service: string, resource: string) {
  const stack = Stack.of(scope);
  const arnFormat = ArnFormat.NO_RESOURCE_NAME;
  return {
    StringEquals: { 'aws:SourceAccount': stack.account },
    ArnLike: { 'aws:SourceArn': stack.formatArn({ service, resource, arnFormat }) },
  };
}
