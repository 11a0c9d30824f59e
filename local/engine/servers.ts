/** The servers that stand for AWS's on this machine: Kinesis, DynamoDB, S3, CloudWatch and ECS, started and stopped together. */
import type { Endpoints } from './account.ts';
import { AlarmServer } from './alarm-server.ts';
import { EcsServer } from './ecs-server.ts';
import type { Ports } from './engine-options.ts';
import { ObjectServer } from './object-server.ts';
import { LocalServer } from './server.ts';

export class Servers {
  readonly kinesis: LocalServer;
  readonly dynamodb: LocalServer;
  readonly objects: ObjectServer;
  readonly alarms: AlarmServer;
  readonly ecs: EcsServer;
  readonly endpoints: Endpoints;

  private constructor(
    kinesis: LocalServer,
    dynamodb: LocalServer,
    objects: ObjectServer,
    alarms: AlarmServer,
    ecs: EcsServer,
  ) {
    this.kinesis = kinesis;
    this.dynamodb = dynamodb;
    this.objects = objects;
    this.alarms = alarms;
    this.ecs = ecs;
    this.endpoints = {
      kinesis: kinesis.endpoint,
      dynamodb: dynamodb.endpoint,
      s3: objects.endpoint,
      cloudwatch: alarms.endpoint,
      ecs: ecs.endpoint,
    };
  }

  /** Resolves once all of them listen. */
  static async start(ports?: Ports): Promise<Servers> {
    const [kinesis, dynamodb, objects, alarms, ecs] = await Promise.all([
      LocalServer.start('kinesis', ports?.kinesis),
      LocalServer.start('dynamodb', ports?.dynamodb),
      ObjectServer.start(),
      AlarmServer.start(),
      EcsServer.start(),
    ]);
    return new Servers(kinesis, dynamodb, objects, alarms, ecs);
  }

  /** Ends them and forgets what they held. */
  async stop(): Promise<void> {
    const { kinesis, dynamodb, objects, alarms, ecs } = this;
    await Promise.all([kinesis, dynamodb, objects, alarms, ecs].map(server => server.stop()));
  }
}
