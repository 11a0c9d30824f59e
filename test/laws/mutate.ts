/** Applies a mutation to the text of the files that it concerns. */
import type { Mutation } from './mutations.ts';

/**
 * @param read gives the text of a file by its path in the project
 * @returns the changed text of each file
 * @throws when a text to replace does not stand exactly once in its file: the code has moved on and the mutation must follow
 */
export function mutated({ name, edits }: Mutation, read: (file: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const parts = (texts.get(file) ?? read(file)).split(find);
    const times = parts.length - 1;
    if (times !== 1)
      throw new Error(
        `mutation '${name}' no longer applies: '${find}' stands ${times} times in ${file} instead of once`,
      );
    texts.set(file, parts.join(replace));
  }
  return texts;
}
