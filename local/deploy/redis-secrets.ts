/** Looks whether the secrets of Redis sinks are there, and hold what an ingester could use: the address, and the token that goes with one over HTTP. */
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { DEFAULT_PORT, type RedisSink, sinkOf } from '../../lib/settings/sink-settings.ts';
import { isHttp, redisAddress } from '../../runtime/platform/redis/address.ts';
import { redisToken } from '../../runtime/platform/redis/server-config.ts';
import { type Finding, note, type Place } from './finding.ts';
import { type Reading, storedFinding } from './stored-secret.ts';

/** What means the task itself, where no server of anybody's is. */
const ITSELF = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;

/** Open for the vendor and AWS. */
const HTTPS = 443;

export async function redisFindings(place: Place, read: Reading): Promise<Finding[]> {
  const sinks = place.deployed.environment.feeds
    .map(withFeedDefaults)
    .map(feed => sinkOf(feed, 'redis'))
    .filter(sink => sink !== undefined);
  const findings = await Promise.all(sinks.map(sink => sinkFindings(place, sink, read)));
  // Feeds that share a server tell the same.
  return [...new Map(findings.flat().map(each => [`${each.about} ${each.found}`, each])).values()];
}

async function sinkFindings(place: Place, sink: RedisSink, read: Reading): Promise<Finding[]> {
  const { urlSecret, tokenSecret } = sink;
  const url = await read(urlSecret);
  const address = storedFinding(place, urlSecret, url, {
    variable: 'REDIS_URL',
    fault: value => addressFault(value, sink),
  });
  if (tokenSecret === undefined) return [address];
  const token = storedFinding(place, tokenSecret, await read(tokenSecret), {
    variable: 'REDIS_TOKEN',
    fault: tokenFault,
  });
  const isUsed = !('value' in url) || address.level === 'stop' || isHttp(url.value.trim());
  const unused = 'nobody asks for it: the address of its sink is none over HTTP, and holds a password itself';
  return [address, token, ...(isUsed ? [] : [note(`secret ${tokenSecret}`, unused)])];
}

function addressFault(value: string, { tokenSecret, port = DEFAULT_PORT }: RedisSink): string | undefined {
  const wrong = faultOf(redisAddress, value);
  if (wrong !== undefined) return `its whole value must be the address of a Redis server, and ${wrong}`;
  const url = new URL(value.trim());
  if (ITSELF.test(url.hostname)) return 'it names the machine itself, where a task has no server';
  const isOverHttp = isHttp(value.trim());
  if (isOverHttp && tokenSecret === undefined)
    return 'an address over HTTP needs a token: give the sink a tokenSecret, or put another address';
  const called = Number(url.port || (isOverHttp ? HTTPS : DEFAULT_PORT));
  return called === HTTPS || called === port
    ? undefined
    : `nothing leads out to its port, only to ${port} and ${HTTPS}: give the sink the port of the address, or put another address`;
}

function tokenFault(value: string): string | undefined {
  return faultOf(redisToken, value);
}

/** In words that do not show what was read. */
function faultOf(read: (text: string) => unknown, value: string): string | undefined {
  try {
    read(value);
    return undefined;
  } catch (error) {
    return error instanceof RangeError ? error.message : 'it cannot be read';
  }
}
