import type { Ports } from '../../core/ports.ts';
import type { StorageEventMessage } from '../../core/records/check-ports.ts';
import type { Response } from '../../http/response.ts';

/** Either service takes 204 for an end of it, and comes back when this throws. */
export async function sendEvents(
  told: readonly StorageEventMessage[],
  ports: Pick<Ports, 'storageEvents.send'>,
): Promise<Response> {
  if (told.length > 0) await ports['storageEvents.send'](told);
  return { status: 204 };
}
