/**
 * The oldest version of the Blob service's API that is asked for: every Azure Stack Hub in support has it
 * (https://learn.microsoft.com/azure-stack/user/azure-stack-acs-differences), and so has Azure itself.
 */
export const oldestApiVersion = '2017-11-09';

/** In which version of the API one service is asked; absent: in the SDK's. */
export interface ApiVersion {
  version?: typeof oldestApiVersion;
}

/** Makes a call, and once more in the oldest version where the SDK's is refused; later calls are made in that one. */
export async function askInVersion<T>(
  api: ApiVersion,
  call: () => Promise<T>,
  refusesVersion: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (api.version !== undefined || !refusesVersion(error)) throw error;
    api.version = oldestApiVersion;
    return call();
  }
}
