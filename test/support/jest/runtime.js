/** How suites load modules: the project's anew for every suite, those of installed packages once for all suites of a worker. */
import { sep } from 'node:path';
import JestRuntime from 'jest-runtime';

const INSTALLED = `${sep}node_modules${sep}`;
const INSTALLED_URL = '/node_modules/';

/** Loads CommonJS modules of packages; it is never torn down, for some load others only when these are used. */
let packages;
/** The packages' ES modules that suites have evaluated. */
const evaluated = new Map();

class Runtime extends JestRuntime {
  constructor(config, environment, ...more) {
    super(config, environment, ...more);
    const { global, context, moduleMocker } = environment;
    packages ??= new JestRuntime(
      config,
      {
        ...{ global, moduleMocker },
        getVmContext: () => context,
        exportConditions: () => environment.exportConditions(),
      },
      ...more,
    );
    const registry = this.registries.getActiveEsmRegistry();
    for (const [url, module] of evaluated) registry.set(url, module);
  }

  requireModule(from, name, options, isActual) {
    const isShared = name?.includes(INSTALLED) && !options?.isInternalModule;
    if (isShared) return packages.requireModule(from, name, options, isActual);
    return super.requireModule(from, name, options, isActual);
  }

  teardown() {
    for (const [url, module] of this.registries.getActiveEsmRegistry())
      if (url.includes(INSTALLED_URL) && module.status === 'evaluated') evaluated.set(url, module);
    super.teardown();
  }
}

// Jest requires it, and takes what it gets for the class.
export { Runtime as 'module.exports' };
