// Who a server is: the same data under the same id. A restart, and each failover, makes another one.
import { createHash, randomBytes } from 'node:crypto'
import { replyCode } from './redis-error.ts'
import type { RedisReply, RedisSession } from './session.ts'

/** 96 bits: that two are the same does not happen. */
const ID_LENGTH = 16

/**
 * Ids of the servers to which there is a connection: of the run of the process, and of the history of its data, which a replica that is made the
 * master begins anew. A server that does not tell is another one at each call.
 *
 * @throws `READONLY` for a replica: of what it will have when it is made the master nothing is known
 */
export async function serverIds(session: RedisSession): Promise<readonly string[]> {
  try {
    return (await session.askConnected(['INFO'])).map(idOf)
  } catch (error) {
    // Forbidden, or renamed.
    if (['NOPERM', 'ERR'].includes(replyCode(error) ?? '')) return [unknown()]
    throw error
  }
}

function idOf(reply: RedisReply): string {
  const facts = String(reply)
  if (fact(facts, 'role') === 'slave') throw new Error('READONLY It is a replica.')
  const run = fact(facts, 'run_id')
  if (run === undefined) return unknown()
  const text = `${run} ${fact(facts, 'master_replid') ?? ''}`
  return createHash('sha256').update(text).digest('base64url').slice(0, ID_LENGTH)
}

function fact(facts: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(facts)?.[1]
}

function unknown(): string {
  return randomBytes(12).toString('base64url')
}
