/** What a bundle is made of: a CycloneDX document, the same to the byte whenever the bundle is. */
import type { Metafile } from 'esbuild';
import { version } from '../../runtime/platform/release-names.ts';

/** What `package-lock.json` says of a package, by its folder. */
export interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

export interface BillProps {
  /** What the bundle is called, without its ending. */
  readonly name: string;
  /** What esbuild tells of it. */
  readonly metafile: Metafile;
  readonly locked: Readonly<Record<string, LockedPackage>>;
  /** The image that it runs on, where it runs on one of ours. */
  readonly base?: string | undefined;
  /** Folders of packages that lie beside it. @default none */
  readonly beside?: readonly string[] | undefined;
}

/** The folder of the innermost package that a file belongs to. */
const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/;

/** @throws when the bundle holds a package that is not locked */
export function billOfMaterials({ name, metafile, locked, base, beside = [] }: BillProps): string {
  const folders = [...foldersIn(metafile), ...beside].sort();
  const packages = folders.map(folder => componentOf(folder, locked[folder]));
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': name,
        name,
        version,
        licenses: [{ expression: 'Apache-2.0' }],
      },
    },
    components: [
      ...(base === undefined ? [] : [{ type: 'container', 'bom-ref': base, ...named(base) }]),
      ...packages,
    ],
  };
  return `${JSON.stringify(bill, undefined, 1)}\n`;
}

/** The packages of which something is in what was written, by their folders; two versions of one have two. */
function foldersIn({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = files.flatMap(file => PACKAGE.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function componentOf(folder: string, known: LockedPackage | undefined) {
  if (known === undefined)
    throw new Error(
      `${folder} is in the bundle and not in package-lock.json: run npm ci, and lock what it does not bring`,
    );
  const [, name = ''] = PACKAGE.exec(`${folder}/`) ?? [];
  return {
    type: 'library',
    'bom-ref': folder,
    name,
    version: known.version,
    ...(known.integrity && { hashes: [hashOf(known.integrity)] }),
    ...(known.license && { licenses: [{ expression: known.license }] }),
    purl: `pkg:npm/${name.replace('@', '%40')}@${known.version}`,
  };
}

/** npm's `sha512-<base64>` as the document has it. */
function hashOf(integrity: string) {
  const [, content = ''] = integrity.split('sha512-');
  return { alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') };
}

function named(base: string) {
  const colon = base.indexOf(':', base.indexOf('/'));
  return { name: base.slice(0, colon), version: base.slice(colon + 1) };
}
