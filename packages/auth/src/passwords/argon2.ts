// The engine: @node-rs/argon2, whose binaries come with its install, else that of Node.
import crypto from 'node:crypto'
import { SetupError } from '@keelson/core'

/** What is hashed, and how (RFC 9106 §3.1). */
export interface Argon2Input {
  readonly algorithm: 'argon2d' | 'argon2i' | 'argon2id'
  readonly message: Uint8Array
  readonly salt: Uint8Array
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  /** Length of the digest, bytes. */
  readonly bytes: number
}

/** Gives the digest, on a thread of libuv's pool. */
export type Argon2 = (input: Argon2Input) => Promise<Uint8Array>

type Library = Pick<typeof import('@node-rs/argon2'), 'hashRaw'>

/** As the library numbers them; its types have no values. */
const NUMBERS = { argon2d: 0, argon2i: 1, argon2id: 2 } as const

/**
 * Loads the engine.
 *
 * @throws {SetupError} `ERR_AUTH_ARGON2` where there is none
 */
export async function loadArgon2(
  load: () => Promise<Library> = () => import('@node-rs/argon2'),
  ofNode: Argon2 | null = argon2OfNode(),
): Promise<Argon2> {
  try {
    return argon2OfLibrary(await load())
  } catch (error) {
    if (ofNode !== null) return ofNode
    throw new SetupError(
      [
        {
          code: 'ERR_AUTH_ARGON2',
          place: 'Passwords',
          message: 'The package @node-rs/argon2 cannot be loaded, and this Node.js has no argon2 of its own.',
          remedy: 'Run npm install with optional dependencies, or use Node.js 24.7 or later.',
        },
      ],
      error,
    )
  }
}

function argon2OfLibrary({ hashRaw }: Library): Argon2 {
  return ({ algorithm, message, salt, memoryKiB, passes, lanes, bytes }) =>
    hashRaw(message, {
      algorithm: NUMBERS[algorithm] as number,
      salt,
      memoryCost: memoryKiB,
      timeCost: passes,
      parallelism: lanes,
      outputLen: bytes,
    })
}

/** `null` before Node.js 24.7. */
export function argon2OfNode(): Argon2 | null {
  const { argon2 } = crypto as Partial<Pick<typeof crypto, 'argon2'>>
  if (argon2 === undefined) return null
  return ({ algorithm, message, salt, memoryKiB, passes, lanes, bytes }) =>
    new Promise((resolve, reject) => {
      const parameters = {
        message,
        nonce: salt,
        memory: memoryKiB,
        passes,
        parallelism: lanes,
        tagLength: bytes,
      }
      argon2(algorithm, parameters, (error, digest) => {
        if (error === null) resolve(digest)
        else reject(error)
      })
    })
}
