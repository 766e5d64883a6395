// What tools outside of the app see of security, without secrets. Nothing is built while nobody listens.
import { channel, type Channel } from 'node:diagnostics_channel'
import { currentFrame } from '@keelson/core'

/** What happened, as the names of the channels say it: `keelson:auth:refused`. */
export type AuthMessageName = 'signed-in' | 'signed-out' | 'refused' | 'revoked' | 'rotated' | 'denied'

/**
 * What `keelson:auth:<event>` of `node:diagnostics_channel` publishes. It never has a token, a password or a key.
 *
 * @example
 * import { channel } from 'node:diagnostics_channel'
 * channel('keelson:auth:refused').subscribe((message) => console.log((message as AuthMessage).reason))
 */
export interface AuthMessage {
  readonly event: AuthMessageName
  /** Name of the scheme or the access rule that says it: `bearer`, `read Order`. */
  readonly by: string
  /** Why, for `refused`, `denied` and `revoked`. */
  readonly reason?: string | undefined
  /** Id of the user whom it is about, where that is known. */
  readonly principalId?: string | undefined
  /** Id of the API key that was revoked. */
  readonly keyId?: string | undefined
  /** Name of the route, and id of the request, in which it happened. */
  readonly route?: string | undefined
  readonly requestId: string | undefined
}

const CHANNELS: Readonly<Record<AuthMessageName, Channel>> = {
  'signed-in': channel('keelson:auth:signed-in'),
  'signed-out': channel('keelson:auth:signed-out'),
  refused: channel('keelson:auth:refused'),
  revoked: channel('keelson:auth:revoked'),
  rotated: channel('keelson:auth:rotated'),
  denied: channel('keelson:auth:denied'),
}

/** Publishes what happened; the frame says in which request. */
export function publish(event: AuthMessageName, about: Omit<AuthMessage, 'event' | 'requestId'>): void {
  const to = CHANNELS[event]
  if (to.hasSubscribers) to.publish({ ...about, event, requestId: currentFrame()?.id } satisfies AuthMessage)
}
