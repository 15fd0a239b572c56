/**
 * Bytes that a function may weigh: what Node loads before its handler is ready, and all of it. Some twentieth above
 * what was measured (`infra/README.md`), so that a bundle that grows is noticed and explained here.
 */
export const budgets: Readonly<Record<string, { readonly start: number; readonly total: number }>> = {
  'edge-impulse/verify-bucket': { start: 333_000, total: 1_747_000 },
  'edge-impulse/add-bucket': { start: 339_000, total: 1_753_000 },
  'edge-impulse/list-buckets': { start: 330_000, total: 346_000 },
  'edge-impulse/get-bucket': { start: 330_000, total: 346_000 },
  'edge-impulse/update-bucket': { start: 339_000, total: 1_753_000 },
  'edge-impulse/remove-bucket': { start: 335_000, total: 380_000 },
  'edge-impulse/verify-existing-bucket': { start: 333_000, total: 1_747_000 },
  'verification/probe': { start: 317_000, total: 1_675_000 },
  'verification/conclude': { start: 314_000, total: 359_000 },
};
