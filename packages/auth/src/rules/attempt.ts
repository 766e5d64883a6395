// One of several rules is tried: what it adds and what it tells of a refusal stay with it until the others have been asked.
import type { BaseContext } from '@keelson/core'
import type { AuthMessage } from '../events/index.ts'
import { publish } from '../events/index.ts'

type Told = () => void

const kTold = Symbol('told')

interface Trying {
  readonly [kTold]?: Told[]
}

/**
 * A context like this one, for one rule: names that the rule puts on it, and lines about refusals, do not reach the request.
 *
 * @param told - gets what is to be told where no other rule admits the request
 */
export function attemptOn(ctx: BaseContext, told: Told[]): BaseContext {
  const { log } = ctx
  const info = (...line: Parameters<typeof log.info>): void => {
    if ((line[0] as { readonly event?: unknown } | undefined)?.event === 'access-refused')
      told.push(() => log.info(...line))
    else log.info(...line)
  }
  return Object.create(ctx, {
    log: { value: Object.create(log as object, { info: { value: info } }) },
    [kTold]: { value: told },
  }) as BaseContext
}

/** Publishes that a rule refuses, at once or when no other has admitted the request. */
export function publishDenied(ctx: BaseContext, about: Pick<AuthMessage, 'by' | 'reason'>): void {
  const { routeName: route } = ctx
  const tell = (): void => publish('denied', { ...about, route })
  const told = (ctx as Trying)[kTold]
  if (told === undefined) tell()
  else told.push(tell)
}
