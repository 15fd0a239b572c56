import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { Storage } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import type { Lookup } from '../../../functions/providers/egress/resolve-route.ts';
import type { CannedAnswer } from './hostile.ts';

/** A text planted in everything a storage says. No outcome may contain it. */
export const canary = 'canary-5f1d-what-the-storage-said';

/** So many names below a folder, in the order in which they are listed. */
function numbered(folder: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${folder}/${String(at).padStart(4, '0')}`);
}

/** What the honest service holds, whatever the provider. */
export const buckets = {
  good: { name: 'pictures', keys: ['allowed/one.png', 'allowed/two.png', 'info.labels', 'other/three.png'] },
  empty: { name: 'nothing-here', keys: [] },
  odd: {
    name: 'odd-names',
    keys: [
      '!exclaimed (once).txt',
      '%41 percent %zz.txt',
      'a&b<c>"d".txt',
      'plus+and space.txt',
      "tilde~star*quote'.txt",
      'ünï/çødé/日本語/🙂.txt',
    ],
  },
  deep: { name: 'deep-labels', keys: ['a/b/c/info.labels', 'a/b/c/one.wav', 'a/info.labels.bak'] },
  many: {
    name: 'many-files',
    keys: [...numbered('bulk', 3500), ...numbered('part', 1500), 'then/info.labels'],
  },
} as const;

/** A storage and a target in it that leads to some server. */
export interface Lead {
  readonly storage: Storage;
  readonly target: StorageTarget;
}

/** What a provider brings to the suite: an honest service and the words of its protocol. */
export interface Harness {
  readonly provider: string;
  start(): Promise<Stage>;
  /** The scheme by which hostile servers are usually reached. */
  readonly usual: 'http' | 'https';
  /** Names a certificate has to be for. */
  readonly certificateNames: readonly string[];
  readonly listing: CannedAnswer;
  /** The beginning of a listing, and an element that may come in it any number of times. */
  readonly endlessListing: readonly [begin: CannedAnswer, element: string];
  readonly listOfBuckets: CannedAnswer;
  /** A refusal in the provider's form whose code nobody knows, and which claims to be a failure of the network's. */
  readonly unknownRefusal: CannedAnswer;
  /** Refusals that only some providers know. */
  readonly rights?: { readonly prefixOnly?: Credential; readonly none: Credential; readonly says: DiagnosisCode };
  readonly regions?: RegionCases;
  readonly says: {
    readonly wrongSecret: DiagnosisCode;
    readonly unknownKey: DiagnosisCode;
    readonly unknownHost: DiagnosisCode;
    /** Said of every endpoint that begins with http://, where that is refused before it is asked. */
    readonly plainHttp?: DiagnosisCode;
  };
  readonly credentials: {
    readonly good: Credential;
    readonly wrongSecret: Credential;
    readonly unknownKey: Credential;
  };
}

export interface RegionCases {
  /** A bucket in a region of its own, which it is in, and one that it is not in. */
  readonly bucket: string;
  readonly right: string;
  readonly wrong: string;
  /** `host`: it has its region in its name, so that it is never looked for, and another is refused unasked. */
  readonly toldBy: 'storage' | 'host';
}

export interface Stage {
  /** Leads to a bucket of the honest service. */
  at(bucket: string, more?: Partial<StorageTarget>): Lead;
  /** Leads to a server on this machine instead, in the same way. */
  towards(port: number, scheme: 'http' | 'https', authorities: readonly string[]): Lead;
  /** As `towards`, without anything of it being allowed. */
  forbidden(port: number): Lead;
  /** Leads to a host of the provider's own through the given look-up. */
  lookedUp(lookup: Lookup): Lead;
  /** Calls the honest service has had. */
  calls(): number;
  /** A plain HTTP PUT without further headers: its status. */
  put(url: string, body: string): Promise<number>;
  stop(): Promise<void>;
}
