import type { DiagnosisCode } from '../../../../functions/core/diagnosis/catalogue.ts';
import type { ListPage, StorageAnswer } from '../../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../../functions/core/storage/target.ts';

/** What one listing comes to. */
export type Outcome = 'connected' | 'empty' | DiagnosisCode;

/** A case that needs nothing but one listing, of a storage that works: it can be asked of anybody's. */
export interface ReadOnlyCase {
  readonly name: string;
  readonly credential: 'good' | 'wrongSecret' | 'unknownKey';
  /** In what the target differs from the good one. */
  readonly target: Partial<StorageTarget>;
  /** Any of these is right. */
  readonly expected: readonly Outcome[];
}

/** What a storage calls things, and what is said of it. */
export interface Circumstances {
  /** Under which there is no key. */
  readonly emptyPrefix: string;
  /** A bucket that is not there. */
  readonly missingBucket: string;
  /** A region that the bucket is not in; absent where regions make no difference. */
  readonly wrongRegion?: string;
  /** The good key may list under the target's prefix only. */
  readonly isForPrefixOnly?: boolean;
  readonly says: {
    readonly wrongSecret: readonly Outcome[];
    readonly unknownKey: readonly Outcome[];
    readonly missingBucket: readonly Outcome[];
    readonly deniedAtRoot: readonly Outcome[];
  };
}

/** The cases of the suite that the command of `cli.ts` shares with it. */
export function readOnlyCases(of: Circumstances): readonly ReadOnlyCase[] {
  const good = { credential: 'good', target: {} } as const;
  return [
    { ...good, name: 'the bucket', expected: ['connected', 'empty'] },
    { ...good, name: 'a prefix that nothing is under', target: { prefix: of.emptyPrefix }, expected: ['empty'] },
    { ...good, name: 'a secret that is not the key’s', credential: 'wrongSecret', expected: of.says.wrongSecret },
    { ...good, name: 'a key nobody knows', credential: 'unknownKey', expected: of.says.unknownKey },
    {
      ...good,
      name: 'a bucket that is not there',
      target: { bucket: of.missingBucket },
      expected: of.says.missingBucket,
    },
    ...(of.wrongRegion === undefined
      ? []
      : [
          {
            ...good,
            name: 'a region that it is not in',
            target: { region: of.wrongRegion },
            expected: ['region-wrong', 'region-of-another-endpoint', 'region-unclear', 'region-unknown'] as const,
          },
        ]),
    ...(of.isForPrefixOnly
      ? [
          {
            ...good,
            name: 'the root, which the key is not for',
            target: { prefix: '' },
            expected: of.says.deniedAtRoot,
          },
        ]
      : []),
  ];
}

export function outcomeOf(answer: StorageAnswer<ListPage>): Outcome {
  if (!answer.ok) return answer.diagnosis.code;
  return answer.value.objects.length > 0 ? 'connected' : 'empty';
}
