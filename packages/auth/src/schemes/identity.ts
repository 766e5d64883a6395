// Who calls, for access rules: what the frame knows of the credential of its request.
import { currentFrame, type Frame, type FrameKey } from '@keelson/core'
import { frameKey } from '@keelson/core/frames'
import type { Identity } from './contract.ts'

// Two copies of this package in a process must find what the other one has found.
const kIdentity = Symbol.for('keelson.auth.identity')
const shared = globalThis as unknown as { [kIdentity]?: FrameKey<Identity> }

/** The slot of the frame that a scheme sets. */
export const IDENTITY: FrameKey<Identity> = (shared[kIdentity] ??= frameKey<Identity>('identity'))

/**
 * Who calls, with what the credential says besides: when it ends, when and how its owner proved who it is. `undefined` where nobody is
 * signed in, outside of requests, and in calls that name their caller by `as`.
 *
 * @param frame - default: the current one
 * @example
 * const factors = identityOf()?.factors ?? []
 */
export function identityOf(frame: Frame | undefined = currentFrame()): Identity | undefined {
  return frame?.get(IDENTITY)
}
