/** Where suites run: one realm for all suites of a worker, in which each finds the globals as new. */
import { constants, createContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** Its global object is an ordinary one. In a realm of Jest's own every look at `Math` or `Number` goes through a proxy. */
const realm = createContext(constants.DONT_CONTEXTIFY);
const intrinsics = new Set(Reflect.ownKeys(realm));
/** What Node and a test must mean the same by, though every realm has its own. */
const SAME = new Set(['Buffer', 'ArrayBuffer', 'Uint8Array']);
/** Where a package that suites share keeps what it knows: the CDK its tokens. */
const KEPT = /cdk/i;

export default class Environment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    // What cannot be deleted is Jest's own, and set anew for every suite.
    for (const key of Reflect.ownKeys(realm))
      if (!intrinsics.has(key) && !KEPT.test(String(key))) Reflect.deleteProperty(realm, key);
    for (const key of Reflect.ownKeys(this.global))
      if (!intrinsics.has(key) || SAME.has(key)) give(this.global, key);
    realm.Error.stackTraceLimit = this.global.Error.stackTraceLimit;
    this.global = this.context = realm;
    this.moduleMocker = new this.moduleMocker.constructor(realm);
  }
}

/** Defines a global of the realm as another realm has it; what is made when it is first asked for still is. */
function give(from, key) {
  const { value, get, enumerable } = Object.getOwnPropertyDescriptor(from, key);
  const define = of =>
    Object.defineProperty(realm, key, { value: of, enumerable, configurable: true, writable: true });
  if (get === undefined) return define(value === from ? realm : value);
  Object.defineProperty(realm, key, {
    get: () => define(from[key])[key],
    set: define,
    enumerable,
    configurable: true,
  });
}
