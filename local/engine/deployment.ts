/** Creates the resources of a stage, each after what it refers to, and answers references between them. */
import { pseudoParameters } from './account.ts';
import type { Resource, Stack } from './assembly.ts';
import { holds, resolveValue, type Scope } from './intrinsics.ts';

/** What other resources can learn of a created one. */
export interface Created {
  /** Value of `Ref`. */
  readonly ref: string;
  /** Value of `Fn::GetAtt`, by attribute; `undefined` for an attribute that the resource does not have. */
  attribute(name: string): string | undefined;
}

/** Makes one resource exist. `properties()` resolves its properties, which creates what they refer to. */
export type Create = (
  resource: Resource,
  properties: () => Promise<unknown>,
  stack: Stack,
) => Promise<Created>;

/** One run through the templates of a stage; resources are created in template order, what they need before them. */
export class Deployment {
  readonly #stacks: ReadonlyMap<string, Stack>;
  readonly #create: Create;
  readonly #created = new Map<string, Promise<Created>>();

  constructor(stacks: readonly Stack[], create: Create) {
    this.#stacks = new Map(stacks.map(stack => [stack.name, stack]));
    this.#create = create;
  }

  /** Creates every resource whose condition holds. */
  async run(): Promise<void> {
    for (const stack of this.#stacks.values()) {
      for (const resource of stack.resources) {
        const { condition } = resource;
        if (condition !== undefined && !(await this.#scope(stack, stack.path, []).condition(condition)))
          continue;
        await this.#ensure(resource, stack, []);
      }
    }
  }

  /** The stacks' outputs by `<stack path>.<output id>`. */
  async outputs(): Promise<Record<string, string>> {
    const outputs: Record<string, string> = {};
    for (const stack of this.#stacks.values()) {
      for (const [id, { Value }] of Object.entries(stack.template.Outputs ?? {})) {
        const name = `${stack.path}.${id}`;
        outputs[name] = String(await resolveValue(Value, this.#scope(stack, `output ${name}`, [])));
      }
    }
    return outputs;
  }

  #ensure(resource: Resource, stack: Stack, chain: readonly string[]): Promise<Created> {
    const key = `${stack.name}/${resource.logicalId}`;
    if (chain.includes(key))
      throw new Error(`resources refer to each other in a circle: ${[...chain, key].join(' -> ')}`);
    const known = this.#created.get(key);
    if (known !== undefined) return known;
    const scope = this.#scope(stack, `${resource.path} (${resource.type})`, [...chain, key]);
    const created = this.#create(resource, () => resolveValue(resource.properties, scope), stack);
    this.#created.set(key, created);
    return created;
  }

  #scope(stack: Stack, where: string, chain: readonly string[]): Scope {
    const { template } = stack;
    const find = (id: string): Promise<Created> => {
      const resource = stack.resources.find(candidate => candidate.logicalId === id);
      if (resource !== undefined) return this.#ensure(resource, stack, chain);
      throw new Error(
        `${where} refers to '${id}', which is neither a resource nor a parameter of stack ${stack.name}`,
      );
    };
    return {
      where,
      ref: async id => {
        if (id === 'AWS::StackName') return stack.name;
        if (pseudoParameters.has(id)) return pseudoParameters.get(id);
        const parameter = template.Parameters?.[id];
        if (parameter === undefined) return (await find(id)).ref;
        const isNamed = parameter.Type.startsWith('AWS::SSM::Parameter::Value<');
        if (isNamed) return this.#named(String(parameter.Default), where, chain);
        if (parameter.Default !== undefined && !parameter.Type.startsWith('AWS::SSM::'))
          return parameter.Default;
        throw new Error(
          `${where} refers to parameter '${id}' of type ${parameter.Type}: give it a plain default value`,
        );
      },
      getAtt: async (id, attribute) => {
        const value = (await find(id)).attribute(attribute);
        if (value !== undefined) return value;
        throw new Error(
          `${where} asks for attribute '${attribute}' of '${id}', which has none of that name on this machine`,
        );
      },
      importValue: async name => this.#import(name, where, chain),
      stackOutput: async (stackName, outputName) => {
        const exporter = this.#stacks.get(stackName);
        const output = exporter?.template.Outputs?.[outputName];
        if (exporter !== undefined && output !== undefined) {
          return resolveValue(
            output.Value,
            this.#scope(exporter, `output ${stackName}.${outputName}`, chain),
          );
        }
        const known = [...this.#stacks.keys()].join(', ');
        throw new Error(
          `${where} reads output '${outputName}' of stack '${stackName}': no such output in stacks ${known}`,
        );
      },
      condition: async name => {
        const expression = template.Conditions?.[name];
        if (expression === undefined)
          throw new Error(`${where}: condition '${name}' is not in stack ${stack.name}`);
        return holds(expression, this.#scope(stack, `condition ${name}`, chain));
      },
    };
  }

  /** The value of a parameter that some stack puts into SSM under this very name. */
  async #named(name: string, where: string, chain: readonly string[]): Promise<unknown> {
    for (const stack of this.#stacks.values()) {
      for (const { type, path, properties } of stack.resources) {
        const { Name, Value }: { Name?: unknown; Value?: unknown } = Object(properties);
        if (type === 'AWS::SSM::Parameter' && Name === name)
          return resolveValue(Value, this.#scope(stack, path, chain));
      }
    }
    throw new Error(`${where} reads the SSM parameter '${name}', which no stack of the stage puts there`);
  }

  async #import(name: string, where: string, chain: readonly string[]): Promise<unknown> {
    for (const stack of this.#stacks.values()) {
      for (const { Value, Export } of Object.values(stack.template.Outputs ?? {})) {
        if (Export === undefined) continue;
        const scope = this.#scope(stack, `export ${name} of stack ${stack.name}`, chain);
        if ((await resolveValue(Export.Name, scope)) === name) return resolveValue(Value, scope);
      }
    }
    throw new Error(`${where} imports '${name}', which no stack of the stage exports`);
  }
}
