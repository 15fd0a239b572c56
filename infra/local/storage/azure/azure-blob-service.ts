import { type AzureFront, type AzureFrontOptions, startAzureFront } from './azure-proxy.ts';
import { type AzuriteOptions, startAzurite } from './azurite.ts';

export type AzureBlobServiceOptions = AzuriteOptions & Omit<AzureFrontOptions, 'azuritePort'>;

export type AzureBlobService = AzureFront;

/**
 * Starts Azurite and the front that makes it answer like the real Blob service.
 *
 * @throws Error when the port is taken or Azurite does not start; nothing is left running then
 */
export async function startAzureBlobService(options: AzureBlobServiceOptions): Promise<AzureBlobService> {
  const azurite = await startAzurite(options);
  try {
    const front = await startAzureFront({ ...options, azuritePort: azurite.port });
    const stop = async (): Promise<void> => {
      await front.stop();
      await azurite.stop();
    };
    return { ...front, stop };
  } catch (error) {
    await azurite.stop();
    throw error;
  }
}
