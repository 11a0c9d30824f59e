/** Where the archive of a feed stands; on this machine there is none, for event time runs through days in minutes. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Where } from './where.ts';

export interface ArchiveSource {
  readonly client: S3Client;
  /** Its name. */
  readonly bucket: string;
}

/** @param feed its name. @returns undefined where the feed archives nothing. @throws OperatorError when it is not deployed */
export async function archiveSource(where: Where, feed: string): Promise<ArchiveSource | undefined> {
  if (where.kind === 'local') return undefined;
  // Brings the whole CDK along, which nobody waits for who looks at this machine.
  const [{ Deployed }, { feedId }] = await Promise.all([
    import('./deployed.ts'),
    import('../../lib/settings/names.ts'),
  ]);
  const deployed = new Deployed(where.environment);
  const found = deployed.feedOfMinutes(feed);
  if (found.archive === false) return undefined;
  const path = `Storage/${feedId(found)}/Archive/Bucket`;
  const names = await deployed.physicalNames([path]);
  return { client: new S3Client(deployed.client), bucket: names.get(path) ?? path };
}
