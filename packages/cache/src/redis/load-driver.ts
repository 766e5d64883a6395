import { SetupError } from '@keelson/core'

/** A driver of ours. */
export type DriverName = 'ioredis' | 'redis'

/**
 * Loads an optional driver.
 *
 * @param load - imports the module by its literal name, so that bundlers see it
 * @throws {SetupError} `ERR_CACHE_DRIVER` where it is not installed
 */
export async function loadDriver<T>(name: DriverName, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
    // Something that the driver needs may be missing as well, which npm install does not mend.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !String(message).includes(`'${name}'`)) throw error
    const other = name === 'ioredis' ? 'redis' : 'ioredis'
    throw new SetupError(
      [
        {
          code: 'ERR_CACHE_DRIVER',
          place: 'redis()',
          message: `The driver ${name} is not installed.`,
          remedy: `Run npm install ${name}, or say driver: '${other}' and install that.`,
        },
      ],
      error,
    )
  }
}
