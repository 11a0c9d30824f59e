/** References inside and between templates, and the order that they put creation in. */
import { describe, expect, test } from '@jest/globals';
import type { Resource, Stack, Template } from '../../../local/engine/assembly.ts';
import { type Created, Deployment } from '../../../local/engine/deployment.ts';

/** A stack as if it were read from an assembly. */
function stackOf(name: string, template: Template): Stack {
  const resources = Object.entries(template.Resources ?? {}).map(([logicalId, resource]): Resource => {
    const { Type, Properties, Condition } = resource;
    const path = `${name}/${logicalId}`;
    return { stackName: name, logicalId, path, type: Type, properties: Properties, condition: Condition };
  });
  return { path: name, name, template, resources, files: new Map(), images: new Map() };
}

/** Deploys stacks whose resources are named after their ids, and records them in the order of creation. */
async function deploy(...stacks: Stack[]) {
  const created: [string, unknown][] = [];
  const deployment = new Deployment(stacks, async (resource, properties): Promise<Created> => {
    created.push([resource.logicalId, await properties()]);
    const attribute = (name: string) => (name === 'Arn' ? `arn:${resource.logicalId}` : undefined);
    return { ref: `the-${resource.logicalId}`, attribute };
  });
  await deployment.run();
  return { created, outputs: await deployment.outputs() };
}

/** What `value` resolves to in a stack that also has the resource `Other`. */
async function resolved(value: unknown, template: Template = {}): Promise<unknown> {
  const Resources = { Other: { Type: 'T' }, Subject: { Type: 'T', Properties: { value } } };
  const { created } = await deploy(stackOf('S', { ...template, Resources }));
  return Object.fromEntries(created)['Subject'];
}

/** Writes `<x>` as CloudFormation's placeholder, which in TypeScript looks like a forgotten template string. */
const sub = (text: string) => text.replaceAll('<', '${').replaceAll('>', '}');

const Conditions = {
  Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
  No: { 'Fn::Not': [{ Condition: 'Yes' }] },
};

describe('a template’s values', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Other' }, 'the-Other'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of the stack’s name', { Ref: 'AWS::StackName' }, 'S'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn:Other'],
    ['Fn::GetAtt in short', { 'Fn::GetAtt': 'Other.Arn' }, 'arn:Other'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Other' }, 1]] }, 'a-the-Other-1'],
    [
      'Fn::Sub',
      { 'Fn::Sub': sub('<Other>/<Other.Arn>/<AWS::AccountId>/<!kept>') },
      sub('the-Other/arn:Other/000000000000/<kept>'),
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': [sub('<x><x>'), { x: { Ref: 'Other' } }] }, 'the-Otherthe-Other'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::If', { 'Fn::If': ['Yes', 'then', { Ref: 'Missing' }] }, 'then'],
    ['Fn::If otherwise', [{ 'Fn::If': ['No', 'then', { Ref: 'AWS::NoValue' }] }, 'rest'], ['rest']],
    [
      'what is nested',
      { a: [{ b: { Ref: 'Other' } }], c: null, d: true },
      { a: [{ b: 'the-Other' }], c: null, d: true },
    ],
  ])('resolve %s', async (_, value, expected) => {
    expect(await resolved(value, { Conditions })).toEqual({ value: expected });
  });

  test('leave out what Fn::If says is no value', async () => {
    expect(await resolved({ 'Fn::If': ['No', 'x', { Ref: 'AWS::NoValue' }] }, { Conditions })).toEqual({});
  });

  test('resolve a parameter to its default', async () => {
    expect(await resolved({ Ref: 'P' }, { Parameters: { P: { Type: 'String', Default: 'd' } } })).toEqual({
      value: 'd',
    });
  });

  test.each<[string, unknown, string]>([
    [
      'a resource that is not there',
      { Ref: 'Nobody' },
      "S/Subject (T) refers to 'Nobody', which is neither a resource nor a parameter of stack S",
    ],
    [
      'an attribute that is not there',
      { 'Fn::GetAtt': ['Other', 'Size'] },
      "S/Subject (T) asks for attribute 'Size' of 'Other', which has none",
    ],
    [
      'an intrinsic that does not run here',
      { 'Fn::Cidr': ['a', 1, 2] },
      'S/Subject (T) uses Fn::Cidr, which does not run on this machine: use one of Ref,',
    ],
    [
      'an import that nobody exports',
      { 'Fn::ImportValue': 'x' },
      "S/Subject (T) imports 'x', which no stack of the stage exports",
    ],
    [
      'an output that is not there',
      { 'Fn::GetStackOutput': { StackName: 'Q', OutputName: 'o' } },
      "S/Subject (T) reads output 'o' of stack 'Q': no such output in stacks S",
    ],
    [
      'a condition that is not there',
      { 'Fn::If': ['Maybe', 1, 2] },
      "S/Subject (T): condition 'Maybe' is not in stack S",
    ],
    [
      'a join of objects',
      { 'Fn::Join': ['', [{ a: 1, b: 2 }]] },
      'S/Subject (T): a value of Fn::Join is {"a":1,"b":2}: a string is needed',
    ],
    ['an item out of range', { 'Fn::Select': [3, ['a']] }, 'S/Subject (T): Fn::Select asks for item 3 of 1'],
    [
      'a parameter of the cloud',
      { Ref: 'P' },
      "S/Subject (T) refers to parameter 'P' of type AWS::EC2::Image::Id: give it a plain default",
    ],
    [
      'a name that nothing has in SSM',
      { Ref: 'N' },
      "S/Subject (T) reads the SSM parameter '/a/path', which no stack of the stage puts there",
    ],
  ])('are refused for %s', async (_, value, message) => {
    const Parameters = {
      P: { Type: 'AWS::EC2::Image::Id' },
      N: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/path' },
    };
    await expect(resolved(value, { Parameters, Conditions })).rejects.toThrow(message);
  });
});

describe('a deployment', () => {
  test('finds in whatever stack what is put into SSM under a name, and creates it before its reader', async () => {
    const Parameters = { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/path' } };
    const reader = stackOf('Reader', {
      Parameters,
      Resources: { R: { Type: 'T', Properties: { Ref: 'P' } } },
    });
    const writer = stackOf('Writer', {
      Resources: {
        Other: { Type: 'T' },
        Named: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a/path', Value: { Ref: 'Other' } } },
      },
    });
    const { created } = await deploy(reader, writer);
    expect(created.map(([id]) => id)).toEqual(['Other', 'R', 'Named']);
    expect(Object.fromEntries(created)['R']).toBe('the-Other');
  });

  test('creates in template order, but what a resource refers to before it, in whatever stack', async () => {
    const consumer = stackOf('Consumer', {
      Resources: {
        Last: {
          Type: 'T',
          Properties: { weak: { 'Fn::GetStackOutput': { StackName: 'Producer', OutputName: 'O' } } },
        },
        First: { Type: 'T', Properties: { strong: { 'Fn::ImportValue': 'exported' } } },
      },
    });
    const producer = stackOf('Producer', {
      Resources: { A: { Type: 'T', Properties: { of: { Ref: 'B' } } }, B: { Type: 'T', Properties: {} } },
      Outputs: {
        O: { Value: { 'Fn::GetAtt': ['A', 'Arn'] } },
        E: { Value: { Ref: 'B' }, Export: { Name: { 'Fn::Sub': 'exported' } } },
      },
    });
    const { created, outputs } = await deploy(consumer, producer);
    expect(created).toEqual([
      ['B', {}],
      ['A', { of: 'the-B' }],
      ['Last', { weak: 'arn:A' }],
      ['First', { strong: 'the-B' }],
    ]);
    expect(outputs).toEqual({ 'Producer.O': 'arn:A', 'Producer.E': 'the-B' });
  });

  test('leaves out a resource whose condition does not hold', async () => {
    const Resources = { Here: { Type: 'T', Condition: 'Yes' }, There: { Type: 'T', Condition: 'No' } };
    const { created } = await deploy(stackOf('S', { Conditions, Resources }));
    expect(created.map(([id]) => id)).toEqual(['Here']);
  });

  test('refuses resources that refer to each other in a circle', async () => {
    const Resources = {
      A: { Type: 'T', Properties: { of: { Ref: 'B' } } },
      B: { Type: 'T', Properties: { of: { 'Fn::Sub': sub('<A>') } } },
    };
    await expect(deploy(stackOf('S', { Resources }))).rejects.toThrow(
      'resources refer to each other in a circle: S/A -> S/B -> S/A',
    );
  });
});
