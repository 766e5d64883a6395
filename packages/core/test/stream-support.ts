import { NotFoundError } from '@keelson/core'

export const later = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A generator that fails before its first piece. */
export async function* missing(): AsyncGenerator<string> {
  await later()
  yield* []
  throw new NotFoundError('No such file.')
}

export const LINES = Array.from({ length: 500 }, (_, at) => `line ${at} ${'x'.repeat(at)}\n`)

export async function* lines(): AsyncGenerator<string> {
  for (const line of LINES) {
    if (line.length % 7 === 0) await later()
    yield line
  }
}
