/** What is looked at of the secrets of Redis sinks before a deployment. */
import { expect, test } from '@jest/globals';
import type { RedisSink } from '../../../lib/settings/sink-settings.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { aws, feed, look, one } from './support/looking.ts';
import { AwsError, denied } from './support/stub-aws.ts';

/** An environment of a feed with such a sink. */
function deployedWith(sink: Partial<RedisSink> = {}): Deployed {
  const redis = { kind: 'redis', urlSecret: 'redis/url', ...sink } as const;
  const feeds = [{ ...feed, channels: ['trades'] as const, sinks: [redis] }];
  return new Deployed('one', { one: { ...one, feeds } });
}

const [bare, tokened, ported] = [
  deployedWith(),
  deployedWith({ tokenSecret: 'redis/token' }),
  deployedWith({ port: 6_380 }),
];

/** What is told of the secrets of the sink, where they hold this or nothing can be read. */
async function told(deployed: Deployed, held: string | AwsError, token = 'AXtok3n='): Promise<string[]> {
  aws.answers.set('GetSecretValue', ({ SecretId }) => {
    if (SecretId === 'keys/a') return { SecretString: 'vendor-key' };
    if (SecretId === 'redis/token') return { SecretString: token };
    return held instanceof AwsError ? held : { SecretString: held };
  });
  const { lines } = await look({}, { at: deployed });
  for (const secret of ['hunter2', 'inner.example', 'AXtok3n']) expect(lines.join()).not.toContain(secret);
  return lines.filter(line => line.includes('secret redis/'));
}

test.each([
  ['of a server', bare, 'redis://user:hunter2@inner.example'],
  ['with TLS, and a line end', bare, 'rediss://:hunter2@inner.example:6379/2\n'],
  ['with the port that the sink says', ported, 'redis://inner.example:6380'],
  ['with the port that is open to all', bare, 'rediss://inner.example:443'],
])('an address %s is well', async (_, deployed, address) => {
  expect(await told(deployed, address)).toEqual(['ok    secret redis/url: there, and not empty']);
});

test('an address over HTTP is well with its token, which an address of another kind has no use for', async () => {
  const well = [
    'ok    secret redis/url: there, and not empty',
    'ok    secret redis/token: there, and not empty',
  ];
  expect(await told(tokened, 'https://inner.example')).toEqual(well);
  expect(await told(tokened, 'rediss://:hunter2@inner.example')).toEqual([
    ...well,
    'note  secret redis/token: nobody asks for it: the address of its sink is none over HTTP, and holds a password itself',
  ]);
});

const put = 'aws secretsmanager put-secret-value --region eu-west-1 --secret-id redis/url';
test.each([
  ['is empty', bare, ' ', 'it is empty'],
  [
    'has no scheme',
    bare,
    'inner.example:6379',
    /must be the address of a Redis server, and it begins with no/,
  ],
  [
    'is JSON',
    bare,
    '{"url":"redis://inner.example"}',
    /must be the address of a Redis server, and it begins/,
  ],
  ['has a password with a slash', bare, 'redis://hunter2/hunter2@inner.example', /the database is no number/],
  [
    'has a password with a percent',
    bare,
    'redis://:hunter2%@inner.example',
    /'%' that stands for no character/,
  ],
  ['means the task itself', bare, 'redis://localhost:6379', /names the machine itself, where a task has no/],
  ['means it in other words', bare, 'redis://[::1]:6379', /names the machine itself, where a task has no/],
  ['has no token', bare, 'https://inner.example', /over HTTP needs a token: give the sink a tokenSecret/],
  ['has another port', bare, 'redis://inner.example:6380', /leads out to its port, only to 6379 and 443/],
  ['has no port where one is said', ported, 'rediss://inner.example', /to its port, only to 6380 and 443/],
  ['has a port over HTTP', tokened, 'https://inner.example:8443', /to its port, only to 6379 and 443/],
])(
  'an address that %s stops it, with the command that mends it, and is not shown',
  async (_, deployed, held, words) => {
    const [line] = await told(deployed, held);
    expect(line).toMatch(/^stop {2}secret redis\/url: /);
    expect(line).toMatch(words);
    expect(line).toContain(`${put} --secret-string "$REDIS_URL"`);
  },
);

test('a token with a blank in it stops it, and is not shown', async () => {
  const [, line] = await told(tokened, 'https://inner.example', 'AXtok3n= AXtok3n=');
  expect(line).toMatch(/^stop {2}secret redis\/token: it holds a blank .* --secret-string "\$REDIS_TOKEN"$/);
});

test('a secret that is not there stops it, and one that this role may not read does not', async () => {
  const missing = new AwsError('ResourceNotFoundException', "can't find the specified secret.");
  expect(await told(bare, missing)).toEqual([
    'stop  secret redis/url: not in eu-west-1: aws secretsmanager create-secret --region eu-west-1 --name redis/url --secret-string "$REDIS_URL"',
  ]);
  expect(await told(bare, denied)).toEqual([
    'note  secret redis/url: not looked at: this role may not read it',
  ]);
});
