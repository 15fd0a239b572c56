import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { fromEventsQuery, toEvent } from './wire.ts';

/**
 * What was announced in the last seconds waits for the next page, milliseconds: several functions announce at a time,
 * and what is written down late would come in before what somebody has seen already.
 */
const writing = 2_000;

/** What was announced, oldest first. `next` is there on the last page too: whoever follows goes on from it. */
export const listEvents = adminEndpoint({
  dialect: admin,
  name: 'list-events',
  method: 'GET',
  path: '/admin/events',
  needs: ['history.read'],
  async run({ query, now }, ports) {
    const page = fromEventsQuery(query);
    const { items, next } = await ports['history.read'].announced(page);
    const settled = items.filter(({ publishedAt }) => publishedAt <= now - writing);
    const isAll = settled.length === items.length;
    return {
      status: 200,
      body: {
        events: settled.map(toEvent),
        next: (isAll ? next : undefined) ?? settled.at(-1)?.id ?? page.after ?? null,
      },
    };
  },
});
