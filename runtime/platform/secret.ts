/** What is secret, from Secrets Manager; on a laptop from the variable that also gives it to the ingester. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Stands in for the secret of the vendor's key where it is set. */
export const apiKeyVariable = 'POLYGON_API_KEY';

export interface SecretAsked {
  readonly name: string;
  /** What its whole value must be. */
  readonly holds: string;
  /** Stands in for the secret where it is set. */
  readonly variable: string;
}

/** @throws Error when the secret cannot be read or holds no text */
export async function secretOf(asked: SecretAsked, variables = process.env): Promise<string> {
  const { name, holds, variable } = asked;
  const given = variables[variable];
  if (given) return given;
  const client = new SecretsManagerClient();
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  if (SecretString) return SecretString;
  throw new Error(`secret '${name}' holds no text: its whole value must be ${holds}`);
}

export function apiKeyOf(secret: string): Promise<string> {
  return secretOf({ name: secret, holds: "the vendor's key", variable: apiKeyVariable });
}
