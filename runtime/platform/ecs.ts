/** The client of ECS, apart from the others: one function alone has it in its bundle. */
import { ECSClient } from '@aws-sdk/client-ecs';
import { keepAliveHandler } from './aws.ts';

/** For a call now and then. */
export function ecsClient(): ECSClient {
  return new ECSClient({ requestHandler: keepAliveHandler() });
}
