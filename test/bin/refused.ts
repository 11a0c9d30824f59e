/** Loaded before the app: adds environments that cannot be used. */
import { environments } from '../../lib/environments.ts';

Object.setPrototypeOf(environments, { feeds: [] });
Object.assign(environments, {
  staging: { ...environments['dev'], account: 111_111_111_111 },
  constructor: environments['dev'],
});
