/** What of an environment stands in its account, and what of its storage would come and go. */
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { wordsFor } from '../operate/operator-error.ts';
import { type Finding, note, ok, type Place, stop } from './finding.ts';
import { isMade, isProtectedRuin, stateFinding } from './stack-states.ts';

/** What holds data. */
const KEEPS = ['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'];
const STREAM = 'AWS::Kinesis::Stream';

export interface Standing {
  readonly findings: readonly Finding[];
  /** Stacks that never were, and whose protection keeps them from being made anew. */
  readonly ruins: readonly string[];
  /** Names of the streams that are there. */
  readonly streams: readonly string[];
  /** Whether the stack that runs is there. */
  readonly runs: boolean;
  /** Whether something that holds data leaves: then what reads it is changed first. */
  readonly consumersFirst: boolean;
}

export async function standingOf({ deployed, clients }: Place): Promise<Standing> {
  const client = new CloudFormationClient(clients);
  const looks = deployed.stacks.map(async names => {
    try {
      const stack = await described(client, names.name);
      return { names, stack, finding: stateFinding(names, stack) };
    } catch (error) {
      return {
        names,
        stack: undefined,
        finding: note(`stack ${names.name}`, `not looked at: ${wordsFor(error)}`),
      };
    }
  });
  const stacks = await Promise.all(looks);
  const there = (path: string) =>
    stacks.find(({ names, stack }) => names.path.endsWith(`/${path}`) && stack && isMade(stack));
  const storage = there('Storage')?.names.name;
  const kept = storage === undefined ? undefined : await keptIn(client, storage);
  const change = changeOf(deployed.logicalIds(storage ?? '', KEEPS), kept);
  return {
    findings: [...stacks.map(({ finding }) => finding), ...change.findings],
    ruins: stacks.flatMap(({ stack, names }) => (stack && isProtectedRuin(stack) ? [names.name] : [])),
    streams: kept?.filter(({ type }) => type === STREAM).map(({ name }) => name) ?? [],
    runs: there('Pipeline') !== undefined,
    consumersFirst: change.leaves,
  };
}

async function described(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

interface Kept {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** Nothing is known where nothing may be asked. */
async function keptIn(client: CloudFormationClient, stack: string): Promise<Kept[] | undefined> {
  const kept: Kept[] = [];
  try {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client },
      { StackName: stack },
    ))
      for (const {
        LogicalResourceId: id = '',
        ResourceType: type = '',
        PhysicalResourceId: name = '',
        ResourceStatus: state = '',
      } of StackResourceSummaries)
        if (KEEPS.includes(type) && state !== 'DELETE_COMPLETE') kept.push({ id, type, name });
    return kept;
  } catch {
    return undefined;
  }
}

function changeOf(
  declared: readonly string[],
  kept: readonly Kept[] | undefined,
): { findings: Finding[]; leaves: boolean } {
  if (kept === undefined) return { findings: [], leaves: false };
  const there = kept.map(({ id }) => id);
  const leaving = there.filter(id => !declared.includes(id));
  const coming = declared.filter(id => !there.includes(id));
  const about = 'storage';
  if (leaving.length === 0)
    return {
      findings:
        coming.length === 0 ? [ok(about, 'nothing comes or goes')] : [ok(about, `new: ${coming.join(', ')}`)],
      leaves: false,
    };
  if (coming.length === 0)
    return {
      findings: [note(about, `${leaving.join(', ')} go: what reads them is changed first`)],
      leaves: true,
    };
  const found = `${leaving.join(', ')} go and ${coming.join(', ')} come at once, and what reads either would miss the other: deploy what comes first, then without what goes`;
  return { findings: [stop(about, found)], leaves: true };
}
