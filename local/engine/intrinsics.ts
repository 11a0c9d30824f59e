/** Resolves the intrinsic functions of a template that the stage's stacks use. */

/** What a template's values are resolved against. Each member throws when what it is asked for does not exist. */
export interface Scope {
  /** Whose property is resolved, for error messages. */
  readonly where: string;
  ref(logicalId: string): Promise<unknown>;
  getAtt(logicalId: string, attribute: string): Promise<unknown>;
  importValue(exportName: string): Promise<unknown>;
  stackOutput(stackName: string, outputName: string): Promise<unknown>;
  condition(name: string): Promise<boolean>;
}

type Intrinsic = (argument: unknown, scope: Scope) => Promise<unknown>;

/**
 * `value` with every intrinsic function replaced by what it stands for.
 * @throws when an intrinsic is unknown, malformed, or refers to what does not exist
 */
export async function resolveValue(value: unknown, scope: Scope): Promise<unknown> {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const resolved = await resolveValue(item, scope);
      if (resolved !== undefined) items.push(resolved);
    }
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) {
    const [name, argument] = first;
    const intrinsic = intrinsics.get(name);
    if (intrinsic !== undefined) return intrinsic(argument, scope);
    if (name.startsWith('Fn::')) {
      throw new Error(
        `${scope.where} uses ${name}, which does not run on this machine: use one of ${[...intrinsics.keys()].join(', ')}`,
      );
    }
  }
  const object: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const resolved = await resolveValue(item, scope);
    if (resolved !== undefined) object[key] = resolved;
  }
  return object;
}

/** Whether the condition expression `expression` holds. */
export async function holds(expression: unknown, scope: Scope): Promise<boolean> {
  return (await resolveValue(expression, scope)) === true;
}

async function text(value: unknown, scope: Scope, role: string): Promise<string> {
  const resolved = await resolveValue(value, scope);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  throw new Error(`${scope.where}: ${role} is ${JSON.stringify(resolved) ?? 'missing'}: a string is needed`);
}

function list(value: unknown, scope: Scope, role: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${scope.where}: ${role} is ${JSON.stringify(value) ?? 'missing'}: a list is needed`);
}

async function substitute(argument: unknown, scope: Scope): Promise<string> {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = new Map<string, unknown>(Object.entries(variables ?? {}));
  const pieces = (await text(template, scope, 'the template of Fn::Sub')).split(/(\$\{[^}]+\})/);
  const filled: string[] = [];
  for (const piece of pieces) {
    const name = /^\$\{([^}]+)\}$/.exec(piece)?.[1];
    if (name === undefined) filled.push(piece);
    else if (name.startsWith('!')) filled.push(`\${${name.slice(1)}}`);
    else if (given.has(name)) filled.push(await text(given.get(name), scope, `\${${name}} of Fn::Sub`));
    else {
      const dot = name.indexOf('.');
      const value = dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
      filled.push(await text(await value, scope, `\${${name}} of Fn::Sub`));
    }
  }
  return filled.join('');
}

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', async (id, scope) => scope.ref(await text(id, scope, 'the argument of Ref'))],
  [
    'Fn::GetAtt',
    async (argument, scope) => {
      const parts = typeof argument === 'string' ? argument.split('.') : list(argument, scope, 'Fn::GetAtt');
      const [id, ...attribute] = parts;
      const name = await Promise.all(attribute.map(part => text(part, scope, 'the attribute of Fn::GetAtt')));
      return scope.getAtt(await text(id, scope, 'the resource of Fn::GetAtt'), name.join('.'));
    },
  ],
  [
    'Fn::Join',
    async (argument, scope) => {
      const [separator, values] = list(argument, scope, 'Fn::Join');
      const items = list(await resolveValue(values, scope), scope, 'the values of Fn::Join');
      const parts = await Promise.all(items.map(item => text(item, scope, 'a value of Fn::Join')));
      return parts.join(await text(separator, scope, 'the separator of Fn::Join'));
    },
  ],
  ['Fn::Sub', substitute],
  [
    'Fn::Select',
    async (argument, scope) => {
      const [index, values] = list(argument, scope, 'Fn::Select');
      const items = list(await resolveValue(values, scope), scope, 'the values of Fn::Select');
      const at = Number(await text(index, scope, 'the index of Fn::Select'));
      if (!(at in items))
        throw new Error(`${scope.where}: Fn::Select asks for item ${at} of ${items.length}`);
      return items[at];
    },
  ],
  [
    'Fn::Split',
    async (argument, scope) => {
      const [separator, value] = list(argument, scope, 'Fn::Split');
      const by = await text(separator, scope, 'the separator of Fn::Split');
      return (await text(value, scope, 'the text of Fn::Split')).split(by);
    },
  ],
  [
    'Fn::ImportValue',
    async (name, scope) => scope.importValue(await text(name, scope, 'the name of Fn::ImportValue')),
  ],
  [
    'Fn::GetStackOutput',
    async (argument, scope) => {
      const given = new Map<string, unknown>(Object.entries(argument ?? {}));
      const stack = await text(given.get('StackName'), scope, 'StackName of Fn::GetStackOutput');
      return scope.stackOutput(
        stack,
        await text(given.get('OutputName'), scope, 'OutputName of Fn::GetStackOutput'),
      );
    },
  ],
  [
    'Fn::If',
    async (argument, scope) => {
      const [condition, yes, no] = list(argument, scope, 'Fn::If');
      return resolveValue(
        (await scope.condition(await text(condition, scope, 'the condition of Fn::If'))) ? yes : no,
        scope,
      );
    },
  ],
  [
    'Fn::Equals',
    async (argument, scope) => {
      const [left, right] = list(await resolveValue(argument, scope), scope, 'Fn::Equals');
      return JSON.stringify(left) === JSON.stringify(right);
    },
  ],
  ['Fn::Not', async (argument, scope) => !(await holds(list(argument, scope, 'Fn::Not')[0], scope))],
  ['Fn::And', async (argument, scope) => (await all(argument, scope, 'Fn::And')).every(Boolean)],
  ['Fn::Or', async (argument, scope) => (await all(argument, scope, 'Fn::Or')).some(Boolean)],
  ['Condition', async (name, scope) => scope.condition(await text(name, scope, 'the name of Condition'))],
]);

function all(argument: unknown, scope: Scope, role: string): Promise<boolean[]> {
  return Promise.all(list(argument, scope, role).map(expression => holds(expression, scope)));
}
