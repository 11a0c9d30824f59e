/** Places in an item: what is there, and which of several get into each other's way. */
import { type AttributeValue, attribute, type Item } from '../values/attribute-value.ts';

/** Names and places in lists. */
export type Path = readonly (string | number)[];

/** Of many paths: what each beginning goes on with; nothing where one ends. */
export interface PathTree extends ReadonlyMap<string | number, PathTree> {}

export function at(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const piece of path) value = value && child(value, piece);
  return value;
}

export function child(value: AttributeValue, piece: string | number): AttributeValue | undefined {
  if (typeof piece === 'number') return 'L' in value ? value.L[piece] : undefined;
  return 'M' in value ? attribute(value.M, piece) : undefined;
}

/** As the service writes it in errors. */
export function pathText(path: Path): string {
  return `[${path.map(piece => (typeof piece === 'number' ? `[${piece}]` : piece)).join(', ')}]`;
}

/** What is wrong with paths that one expression uses side by side. */
export function clashOf(paths: readonly Path[]): string | undefined {
  for (const [index, two] of paths.entries())
    for (const one of paths.slice(0, index)) {
      const what = clash(one, two);
      if (what !== undefined)
        return `Two document paths ${what} with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(two)}`;
    }
  return undefined;
}

export function treeOf(paths: readonly Path[]): PathTree {
  const tree = new Map<string | number, PathTree>();
  for (const [head] of paths) {
    if (head === undefined || tree.has(head)) continue;
    tree.set(head, treeOf(paths.filter(([first]) => first === head).map(path => path.slice(1))));
  }
  return tree;
}

/** What is in the item at the paths, and nothing else. */
export function projected(item: Item, tree: PathTree): Item {
  const value = part({ M: item }, tree);
  return value && 'M' in value ? value.M : {};
}

function part(value: AttributeValue, tree: PathTree): AttributeValue | undefined {
  if (tree.size === 0) return value;
  const pieces = [...tree].sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  const found: [string, AttributeValue][] = [];
  for (const [piece, rest] of pieces) {
    const next = child(value, piece);
    const kept = next && part(next, rest);
    if (kept !== undefined) found.push([String(piece), kept]);
  }
  if (found.length === 0) return undefined;
  return 'L' in value ? { L: found.map(([, kept]) => kept) } : { M: Object.fromEntries(found) };
}

function clash(one: Path, two: Path): 'overlap' | 'conflict' | undefined {
  for (const [index, piece] of one.entries()) {
    const other = two[index];
    if (other === undefined) return 'overlap';
    if (typeof other !== typeof piece) return 'conflict';
    if (other !== piece) return undefined;
  }
  return 'overlap';
}
