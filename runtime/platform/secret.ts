/** The vendor's key, from Secrets Manager; on a laptop from the variable that also gives it to the ingester. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Stands in for the secret where it is set. */
export const apiKeyVariable = 'POLYGON_API_KEY';

/** @throws Error when the secret cannot be read or holds no text */
export async function apiKeyOf(secret: string, variables: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = variables[apiKeyVariable];
  if (given) return given;
  const client = new SecretsManagerClient();
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  if (SecretString) return SecretString;
  throw new Error(`secret '${secret}' holds no text: its whole value must be the vendor's key`);
}
