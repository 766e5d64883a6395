// bcrypt, which new hashes never are: it looks at 72 bytes alone.
import { createHash } from 'node:crypto'
import { unreadable, type StoredHash } from './stored-hash.ts'

type Library = Pick<typeof import('bcryptjs'), 'compare'>

/** A cost of 15 takes seconds already. */
const MAX_COST = 15
/** `$2b$12$<salt and digest>`; `2y` is that of PHP. Django writes a word before it, and `bcrypt_sha256` for passwords of any length. */
const BCRYPT = /^(?:bcrypt\$|(bcrypt_sha256)\$)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/

/** Reads a bcrypt hash; the package bcryptjs is loaded when one is verified. */
export function tryParseBcrypt(
  stored: string,
  load: () => Promise<Library> = () => import('bcryptjs'),
): StoredHash | undefined {
  const match = BCRYPT.exec(stored)
  if (match === null) return undefined
  const [, before, hash = '', cost = ''] = match
  if (Number(cost) < 4 || Number(cost) > MAX_COST)
    throw unreadable(
      `A stored bcrypt hash has a cost of ${Number(cost)}, and the largest is ${MAX_COST}.`,
      'Let the user choose a new password.',
    )
  return {
    kind: `bcrypt ${Number(cost)}`,
    matches: async (text) => {
      const { compare } = await loadBcrypt(load)
      return compare(before === undefined ? text : createHash('sha256').update(text).digest('hex'), hash)
    },
  }
}

async function loadBcrypt(load: () => Promise<Library>): Promise<Library> {
  try {
    return await load()
  } catch {
    throw unreadable(
      'A stored hash is of bcrypt, and the package bcryptjs cannot be loaded.',
      'Run npm install bcryptjs.',
    )
  }
}
