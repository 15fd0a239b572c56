/**
 * One service account. It has the public halves of its keys, in PEM; deleting a key is leaving it out here. The rights
 * are the effect of roles on buckets: `list` of storage.objects.list, `put` of storage.objects.create.
 */
export interface GcsServiceAccount {
  readonly email: string;
  readonly publicKeys: readonly string[];
  readonly rights: readonly { readonly bucket: string; readonly actions: readonly ('list' | 'put')[] }[];
  /** Projects whose buckets it may list (storage.buckets.list). */
  readonly listsBucketsOf?: readonly string[];
}

/** One bucket; `location` in capitals, as Google writes them. `cors` allows every origin; `objects` are put there once. */
export interface GcsBucket {
  readonly name: string;
  readonly project: string;
  readonly location: string;
  readonly requesterPays?: boolean;
  readonly cors?: boolean;
  readonly objects?: Readonly<Record<string, string | Uint8Array>>;
}
