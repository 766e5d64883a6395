import { SetupError } from '@keelson/core'

/**
 * Loads an optional driver.
 *
 * @param load - imports the module by its literal name, so that bundlers see it
 * @throws {SetupError} `ERR_DB_DRIVER` where it is not installed
 */
export async function loadDriver<T>(adapter: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error, name)) throw error
    throw new SetupError(
      [
        {
          code: 'ERR_DB_DRIVER',
          place: adapter,
          message: `The driver ${name} is not installed.`,
          remedy: `Run npm install ${name}.`,
        },
      ],
      error,
    )
  }
}

/** Whether it is the driver itself that is missing, and not something that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(`'${name}'`)
}
