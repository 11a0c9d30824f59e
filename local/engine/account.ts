/** The make-believe account and region that the stage is deployed into on this machine, and the names in it. */

/** Region of everything the engine creates. */
export const region = 'us-east-1';

/** Account of everything the engine creates: no real account has this number. */
export const account = '000000000000';

/** What the AWS SDK asks for and the local servers never check. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** Values of the pseudo parameters, `undefined` for `AWS::NoValue`; those that depend on the stack are not here. */
export const pseudoParameters: ReadonlyMap<string, string | undefined> = new Map([
  ['AWS::AccountId', account],
  ['AWS::Region', region],
  ['AWS::Partition', 'aws'],
  ['AWS::URLSuffix', 'amazonaws.com'],
  ['AWS::NoValue', undefined],
]);

/** ARN of something in this account. */
export function arnOf(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** Where nobody listens. */
const NOBODY = 'http://127.0.0.1:1';

/** Where the local servers listen. */
export interface Endpoints {
  readonly kinesis: string;
  readonly dynamodb: string;
  /** @default S3 itself */
  readonly s3?: string;
  /** @default nobody: a question about alarms must not leave this machine */
  readonly cloudwatch?: string;
  /** @default nobody, as above */
  readonly ecs?: string;
}

/** The environment variables by which an AWS SDK in a function or a container finds the local servers. */
export function awsEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_KINESIS: endpoints.kinesis,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudwatch ?? NOBODY,
    AWS_ENDPOINT_URL_ECS: endpoints.ecs ?? NOBODY,
    ...(endpoints.s3 && { AWS_ENDPOINT_URL_S3: endpoints.s3 }),
  };
}
