/** What stands of a stage when another version is deployed over it: the servers with all that they hold, and how far its functions are. */
import type { Servers } from './servers.ts';

export interface Standing {
  readonly servers: Servers;
  /** Physical names of streams and tables: who declares one of these finds it as it is. */
  readonly names: ReadonlySet<string>;
  /** Sequence number of the last record done with, by shard, of every event source mapping by its name. */
  readonly positions: ReadonlyMap<string, ReadonlyMap<string, string>>;
}
