import { SetupError } from '@keelson/core'
import { replyCode } from './redis-error.ts'
import type { RedisSession } from './session.ts'

/**
 * Refuses a server that may evict keys before their time: sessions would end, locks be taken twice, limits begin anew. INFO says it, which
 * more services allow than CONFIG.
 *
 * @throws {SetupError} `ERR_CACHE_REDIS_EVICTS`
 */
export async function assertKeeps(session: RedisSession, place: string): Promise<void> {
  for (const facts of await memoryFacts(session, place)) {
    const policy = factOf(facts, 'maxmemory_policy')
    if (policy === undefined) throw unknown(place)
    if (policy !== 'noeviction' && factOf(facts, 'maxmemory') !== '0')
      throw refuse(
        `Redis at ${place} has maxmemory-policy ${policy}, and so may drop keys before their time.`,
        'Set maxmemory-policy noeviction, or use another Redis: this one is good for a cache.',
      )
  }
}

async function memoryFacts(session: RedisSession, place: string): Promise<string[]> {
  try {
    return (await session.askMasters(['INFO', 'memory'])).map(String)
  } catch (error) {
    // Forbidden, or renamed.
    if (['NOPERM', 'ERR'].includes(replyCode(error) ?? '')) throw unknown(place)
    throw error
  }
}

function factOf(facts: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(facts)?.[1]
}

function unknown(place: string): SetupError {
  return refuse(
    `Redis at ${place} does not tell whether it may drop keys before their time.`,
    'Allow INFO, or, where you know that it does not, say canEvict: false.',
  )
}

function refuse(message: string, remedy: string): SetupError {
  return new SetupError([{ code: 'ERR_CACHE_REDIS_EVICTS', place: 'redis', message, remedy }])
}
