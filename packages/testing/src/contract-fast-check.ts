/** The module `fast-check`, which only contract tests load. */
export type FastCheck = typeof import('fast-check')

/**
 * Loads fast-check, an optional peer dependency.
 *
 * @throws {Error} that says how to install it, when it is missing
 */
export async function loadFastCheck(
  load: () => Promise<FastCheck> = () => import('fast-check'),
): Promise<FastCheck> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new Error(
      'contractTest needs the package fast-check, version 4, which is not installed. Add it to your devDependencies: npm install --save-dev fast-check',
      { cause },
    )
  }
}
