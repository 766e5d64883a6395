import { createHash } from 'node:crypto'
import { replyCode } from './redis-error.ts'
import type { RedisReply, RedisSession } from './session.ts'

/** A script of one key. */
export interface RedisScript {
  readonly text: string
  readonly sha: string
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Runs a script by its name; with its text where the server does not have it: one that was started anew has none. */
export async function runScript(
  session: RedisSession,
  { text, sha }: RedisScript,
  { key, args }: { readonly key: string; readonly args: readonly (string | Buffer)[] },
): Promise<RedisReply> {
  try {
    return await session.send(['EVALSHA', sha, '1', key, ...args], key)
  } catch (error) {
    if (replyCode(error) !== 'NOSCRIPT') throw error
    return session.send(['EVAL', text, '1', key, ...args], key)
  }
}
