/** A secret of Secrets Manager: whether it is there, and holds what it should. What is not shown cannot leak: no finding has its value. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, isDenied, isNamed, note, ok, type Place, stop } from './finding.ts';

/** A secret as it was read. */
export type Read = { readonly value: string } | { readonly error: unknown };
export type Reading = (secret: string) => Promise<Read>;

/** Reads each secret once. */
export function secretReader({ clients }: Pick<Place, 'clients'>): Reading {
  const client = new SecretsManagerClient(clients);
  const known = new Map<string, Promise<Read>>();
  const read = async (SecretId: string): Promise<Read> => {
    try {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return { value: SecretString };
    } catch (error) {
      return { error };
    }
  };
  return secret => {
    const reading = known.get(secret) ?? read(secret);
    known.set(secret, reading);
    return reading;
  };
}

export interface Expected {
  /** The variable of a shell that a command takes the value from. */
  readonly variable: string;
  /** What is wrong with a value that is there, in words that do not show it. */
  readonly fault: (value: string) => string | undefined;
}

export function storedFinding(
  { region }: Pick<Place, 'region'>,
  secret: string,
  read: Read,
  { variable, fault }: Expected,
): Finding {
  const about = `secret ${secret}`;
  const value = `--secret-string "$${variable}"`;
  const put = `aws secretsmanager put-secret-value --region ${region} --secret-id ${secret} ${value}`;
  if ('value' in read) {
    if (read.value.trim() === '') return stop(about, `it is empty: ${put}`);
    const wrong = fault(read.value);
    return wrong === undefined ? ok(about, 'there, and not empty') : stop(about, `${wrong}: ${put}`);
  }
  const { error } = read;
  if (isNamed(error, /ResourceNotFound/) && /without|no.*value|staging label/i.test(error.message))
    return stop(about, `it has no value: ${put}`);
  if (isNamed(error, /ResourceNotFound/))
    return stop(
      about,
      `not in ${region}: aws secretsmanager create-secret --region ${region} --name ${secret} ${value}`,
    );
  if (isNamed(error, /InvalidRequest/) && /delet/i.test(error.message))
    return stop(
      about,
      `it is about to be deleted: aws secretsmanager restore-secret --region ${region} --secret-id ${secret}`,
    );
  return note(about, `not looked at: ${isDenied(error) ? 'this role may not read it' : wordsFor(error)}`);
}
