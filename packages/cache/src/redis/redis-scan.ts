// What a server holds, for people who ask: never on the request path.
import type { RedisLink } from './redis-link.ts'
import type { RedisReply, RedisSend } from './session.ts'

/** A key without its prefix, and the bytes of its value. */
export interface ScannedKey {
  readonly key: string
  readonly bytes: number
}

/** What is looked for. */
export interface ScanCall {
  /** Of the keys, as they are on the server. */
  readonly prefix: string
  /** Given what each step found; `false` ends the scan. */
  readonly onFound: (found: readonly ScannedKey[]) => boolean
  readonly signal?: AbortSignal | undefined
}

/** Keys that the server looks at in one step: it does nothing else meanwhile. */
const STEP_KEYS = 1_000

/**
 * Goes through all keys of a prefix, in a cluster on all masters at once. A key that is there all the time is found, at times twice; each step has
 * the time limit of a command.
 */
export async function scanServers(link: RedisLink, call: ScanCall): Promise<void> {
  const sends = await link.run((session) => session.masterSends(), call.signal)
  let isOver = false
  const onFound: ScanCall['onFound'] = (found) => {
    isOver ||= !call.onFound(found)
    return !isOver
  }
  const scans = sends.map(async (send) => {
    try {
      await scanOne(link, send, { ...call, onFound })
    } catch (error) {
      isOver = true
      throw error
    }
  })
  await Promise.all(scans)
}

async function scanOne(link: RedisLink, send: RedisSend, { prefix, onFound, signal }: ScanCall) {
  const pattern = `${escaped(prefix)}*`
  let cursor = '0'
  do {
    const step = async (): Promise<ScannedKey[]> => {
      const args = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(STEP_KEYS)]
      const [next, keys] = (await send(args)) as readonly [RedisReply, readonly Buffer[]]
      cursor = String(next)
      const sizes = await Promise.all(keys.map((key) => send(['STRLEN', key])))
      return keys.map((key, at) => ({ key: String(key).slice(prefix.length), bytes: Number(sizes[at]) }))
    }
    if (!onFound(await link.run(step, signal))) return
  } while (cursor !== '0')
}

/** As a pattern of `MATCH` that stands for itself. */
function escaped(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)
}
