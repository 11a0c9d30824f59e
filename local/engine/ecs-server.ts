/** ECS as the stage's functions ask it: how services are, and how many tasks each is to have. */
import { createServer } from 'node:http';
import * as v from 'valibot';
import { type LocalService, strategySchema } from './ecs-service.ts';
import { answerBy, type JsonService } from './json-service.ts';
import { ownOnly } from './own-only.ts';
import { ServiceError } from './service-error.ts';

const describe = v.object({ services: v.array(v.string()) });
const update = v.object({
  service: v.string(),
  desiredCount: v.optional(v.number()),
  capacityProviderStrategy: v.optional(strategySchema),
});

export class EcsServer implements JsonService {
  readonly target = 'AmazonEC2ContainerServiceV20141113';
  readonly contentType = 'application/x-amz-json-1.1';
  services: readonly LocalService[] = [];
  readonly #server = createServer(ownOnly((request, response) => void answerBy(this, request, response)));

  /** Resolves once it listens on a free port. */
  static async start(): Promise<EcsServer> {
    const ecs = new EcsServer();
    await new Promise<void>(resolve => ecs.#server.listen(0, '127.0.0.1', resolve));
    return ecs;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the ECS server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  answer(operation: string, input: unknown): object {
    if (operation === 'DescribeServices') {
      const { services } = v.parse(describe, input);
      return { services: services.map(name => described(this.#named(name))), failures: [] };
    }
    if (operation === 'UpdateService') {
      const { service: name, desiredCount, capacityProviderStrategy } = v.parse(update, input);
      const service = this.#named(name);
      if (desiredCount !== undefined) service.scale(desiredCount);
      if (capacityProviderStrategy) service.moveTo(capacityProviderStrategy);
      return { service: described(service) };
    }
    throw new ServiceError(
      'UnknownOperationException',
      `ECS's ${operation} is not answered on this machine: use DescribeServices or UpdateService`,
    );
  }

  #named(name: string): LocalService {
    const service = this.services.find(each => each.name === name);
    if (service?.refusal !== undefined) throw new ServiceError('AccessDeniedException', service.refusal);
    if (service) return service;
    throw new ServiceError('ServiceNotFoundException', `there is no service '${name}'`);
  }
}

function described({ name, desired, tasks, strategy }: LocalService): object {
  const runningCount = tasks.filter(({ pid }) => pid !== undefined).length;
  return { serviceName: name, desiredCount: desired, runningCount, capacityProviderStrategy: strategy };
}
