/** Loaded before the app: settings that fail when they are read, as a mistake in code of their own does. */
import { environments } from '../../lib/environments.ts';

Object.defineProperty(environments, 'staging', {
  enumerable: true,
  get: () => {
    throw new TypeError('a mistake in code');
  },
});
