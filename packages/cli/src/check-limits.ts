import type { AppOptions, Plan } from '@keelson/core'
import { problem, warning, type Finding } from './finding.ts'

/** Bodies are held in memory while they are read. */
const MAX_BODY_BYTES = 104_857_600

/** Server limits that `0` switches off, with the consequence. */
const SWITCHES = {
  requestTimeoutMs: 'a client may take any time to send a request',
  minBodyBytesPerSecond: 'a client may hold a connection by sending a byte from time to time',
  responseStallTimeoutMs: 'the response to a client that does not read stays in memory',
} as const

/** Finds limits that are switched off, or have no effect. */
export function checkLimits(options: AppOptions, plans: readonly Plan[]): Finding[] {
  const { deadlineMs, maxBodyBytes, server } = options
  const found: Finding[] = Object.entries(SWITCHES).flatMap(([name, harm]) =>
    server?.limits?.[name as keyof typeof SWITCHES] === 0
      ? [switchedOff(`server: { limits: { ${name} } }`, harm)]
      : [],
  )
  if (deadlineMs === 0) found.push(switchedOff('deadlineMs', 'a request may run without end'))
  if (maxBodyBytes !== undefined && maxBodyBytes > MAX_BODY_BYTES) {
    found.push(tooLarge('createApp({ maxBodyBytes })', maxBodyBytes))
  }
  for (const { flat, ...plan } of plans) {
    const own = flat?.route.options
    if (flat === undefined || own === undefined || own.hidden === true) continue
    if (own.deadlineMs === 0) found.push(noDeadline(flat.place))
    if (own.maxBodyBytes !== undefined && own.maxBodyBytes > MAX_BODY_BYTES)
      found.push(tooLarge(flat.place, plan.maxBodyBytes))
  }
  return found
}

function switchedOff(option: string, harm: string): Finding {
  return problem('deploy-limit-off', {
    place: `createApp({ ${option} })`,
    message: `The limit is switched off: ${harm}.`,
    remedy: 'Omit it, or give it a value.',
  })
}

function tooLarge(place: string, bytes: number): Finding {
  return problem('deploy-body-limit', {
    place,
    message: `Bodies may have ${bytes} bytes, and are held in memory: a few callers can use all of it.`,
    remedy: `Set at most ${MAX_BODY_BYTES}.`,
  })
}

function noDeadline(place: string): Finding {
  return warning('deploy-deadline', {
    place,
    message: 'It has no deadline.',
    remedy: 'Give it one, unless it streams for as long as the client listens.',
  })
}
