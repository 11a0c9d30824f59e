/** The names of all settings. The compiler holds them to the types, which are gone when an environment is checked. */
import type { Environment, ImportedVpc } from './environment.ts';

type Names<Settings> = Readonly<Record<keyof Settings, true>>;

export const environmentSettings: Names<Environment> = {
  account: true,
  region: true,
  feeds: true,
  streamRetention: true,
  removal: true,
  vpc: true,
  logRetention: true,
  logLevel: true,
  notify: true,
  thresholds: true,
  runbookUrl: true,
  guardDeployments: true,
  enableExecuteCommand: true,
  apiOrigins: true,
  tags: true,
};

export const vpcSettings: Names<ImportedVpc> = { vpcId: true, subnetIds: true, assignPublicIp: true };
