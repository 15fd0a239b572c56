/** What an HTTP status of 300 or above says by itself, when no error code of the provider's explains it. */
export function diagnoseStatus<Otherwise extends string>(
  status: number,
  otherwise: Otherwise,
): 'storage-busy' | 'storage-failed' | 'redirected' | Otherwise {
  if (status === 429) return 'storage-busy';
  // 501 and 505 say that the server cannot do this, now or later.
  if (status >= 500 && status !== 501 && status !== 505) return 'storage-failed';
  return status >= 300 && status < 400 ? 'redirected' : otherwise;
}
