/** Loaded before the app: adds an environment that cannot be used. */
import { environments } from '../../lib/environments.ts';

Object.assign(environments, { staging: { ...environments['dev'], account: 111_111_111_111 } });
