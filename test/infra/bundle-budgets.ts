/**
 * Bytes that a function may weigh: what Node loads before its handler is ready, and all of it. Some twentieth above
 * what was measured (`infra/README.md`), so that a bundle that grows is noticed and explained here.
 */
export const budgets: Readonly<Record<string, { readonly start: number; readonly total: number }>> = {
  'edge-impulse/verify-bucket': { start: 325_000, total: 1_640_000 },
  'verification/probe': { start: 317_000, total: 1_575_000 },
  'verification/conclude': { start: 315_000, total: 460_000 },
};
