import type { S3Client } from '@aws-sdk/client-s3';
import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { AccessKeyPair } from '../../core/storage/credential.ts';
import type { StorageAnswer } from '../../core/storage/storage.ts';
import type { Way } from '../egress/egress.ts';
import { networkFailure } from '../network-failure.ts';
import { newS3Client } from './s3-client.ts';
import { type Asked, diagnoseRefusal, regionNamedBy, type S3Refusal } from './s3-diagnosis.ts';
import { isRegion, type S3Address } from './s3-endpoint.ts';
import { readRefusal } from './s3-refusal.ts';

/** One call; it gives `undefined` for an answer that is not one of the S3 API. */
export type Call<T> = (client: S3Client) => Promise<T | undefined>;

/** Calls under one credential at one address, whose region may yet be learned. */
export interface S3Session {
  /** Signs for the region that is known so far. */
  readonly client: () => S3Client;
  /**
   * Makes a call. Only where nobody named a region, and the storage names one in refusing the guess, it is made once
   * more, at the same host, signed for that region; whatever comes later is signed for it too.
   *
   * @param instead another call to make, once, for a refusal that says the storage does not know the first
   */
  ask<T>(call: Call<T>, instead?: (refusal: S3Refusal) => Call<T> | undefined): Promise<StorageAnswer<T>>;
}

/** Starts a session; no call is made. */
export async function openS3Session(
  start: S3Address,
  credential: AccessKeyPair,
  way: Way,
  asked: Asked,
): Promise<S3Session> {
  let address = start;
  let learned: string | undefined;
  let client = await newS3Client(address, credential, way);
  const isByRole = credential.sessionToken !== undefined;

  /** Asks by host name from now on, where the storage refuses a bucket in the path: once, whatever comes of it. */
  const asksByHost = (outcome: Outcome<unknown>): boolean =>
    'refusal' in outcome && address.pathStyle && asked === 'bucket' && refusesPath(outcome.refusal.code);

  const attempt = async <T>(call: Call<T>): Promise<Outcome<T>> => {
    let outcome = await outcomeOf(call(client), way);
    if (asksByHost(outcome)) {
      address = { ...address, pathStyle: false };
      client = await newS3Client(address, credential, way);
      outcome = await outcomeOf(call(client), way);
    }
    if ('answer' in outcome) return outcome;
    const named = regionNamedBy(outcome.refusal, address.region);
    if (!address.isRegionGuessed || named === undefined || !isRegion(named)) return outcome;
    const there = { ...address, region: named, isRegionGuessed: false };
    const clientThere = await newS3Client(there, credential, way);
    const second = await outcomeOf(call(clientThere), way);
    [address, client, learned] = [there, clientThere, named];
    return second;
  };
  return {
    client: () => client,
    async ask(call, instead) {
      let outcome = await attempt(call);
      const other = 'refusal' in outcome ? instead?.(outcome.refusal) : undefined;
      if (other) outcome = await attempt(other);
      if ('answer' in outcome) return outcome.answer;
      return { ok: false, diagnosis: diagnoseRefusal(outcome.refusal, { address, learned, asked, isByRole }) };
    },
  };
}

/** Codes of Alibaba OSS and Tencent COS, which a caller may reach under a name of their own. */
const refusesPath = (code: string | undefined): boolean =>
  code === 'SecondLevelDomainForbidden' || code === 'PathStyleDomainForbidden';

/** A call that ended in an answer to give, or in an S3 error that the region or the version may yet explain. */
type Outcome<T> = { readonly answer: StorageAnswer<T> } | { readonly refusal: S3Refusal };

async function outcomeOf<T>(call: Promise<T | undefined>, way: Way): Promise<Outcome<T>> {
  try {
    const value = await call;
    return {
      answer: value === undefined ? { ok: false, diagnosis: diagnose('not-a-storage-api') } : { ok: true, value },
    };
  } catch (error) {
    const refusal = readRefusal(error);
    // The SDK copies what it finds in an error document onto the error: one with an S3 code is the server's, whatever
    // else it says it is.
    const failure = networkFailure(refusal?.code === undefined ? error : undefined, way.signal);
    if (failure) return { answer: { ok: false, diagnosis: diagnose(failure) } };
    return refusal ? { refusal } : { answer: { ok: false, diagnosis: diagnose('request-refused') } };
  }
}
