/** Seconds for which a signed URL is good: time enough to try a PUT, too short to be of use elsewhere. */
export const signedUrlTtlSeconds = 900;
