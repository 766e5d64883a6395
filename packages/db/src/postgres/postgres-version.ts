import { SetupError } from '@keelson/core'

/** The oldest one with collations that compare text without case. */
const OLDEST = 12

/**
 * @param version - what the server tells when a session begins: `15.20 (Debian 15.20-0+deb12u1)`; what is not known is taken
 * @throws {SetupError} `ERR_DB_CONNECTION`, for a server that is too old
 */
export function assertVersion(version: string | undefined, place: string): void {
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? OLDEST)
  if (major >= OLDEST) return
  throw new SetupError([
    {
      code: 'ERR_DB_CONNECTION',
      place,
      message: `The server has version ${version}, which is too old.`,
      remedy: `Use PostgreSQL ${OLDEST} or a later one.`,
    },
  ])
}
