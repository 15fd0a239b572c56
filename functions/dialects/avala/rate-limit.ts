import type { RateLimitStatus } from '../../core/access/rate-limit.ts';

/**
 * The headers from which clients read how much they may ask for: whole numbers, the last one the moment at which all of
 * the limit is there again, in seconds since the epoch (Avala's documentation, "Rate Limits").
 */
export const rateLimitHeaders = (allowance: RateLimitStatus | undefined): Readonly<Record<string, string>> =>
  allowance === undefined
    ? {}
    : {
        'x-ratelimit-limit': String(allowance.limit),
        'x-ratelimit-remaining': String(allowance.remaining),
        'x-ratelimit-reset': String(Math.ceil(allowance.at / 1000) + allowance.resetSeconds),
      };
