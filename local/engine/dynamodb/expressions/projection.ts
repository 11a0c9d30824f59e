/** Which parts of items are given back. */
import type { Item } from '../values/attribute-value.ts';
import { validation } from '../values/errors.ts';
import { parsedProjection } from './parsed.ts';
import { clashOf, projected, treeOf } from './paths.ts';
import type { Placeholders } from './placeholders.ts';

const KIND = 'ProjectionExpression';

/** @throws ServiceError when the text is no projection */
export function projectionOf(text: string, placeholders: Placeholders): (item: Item) => Item {
  const paths = parsedProjection(KIND, text).map(path => placeholders.path(KIND, path));
  const clash = clashOf(paths);
  if (clash !== undefined) throw validation(`Invalid ${KIND}: ${clash}`);
  const tree = treeOf(paths);
  return item => projected(item, tree);
}
