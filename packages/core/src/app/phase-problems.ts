import { SetupError, type SetupProblem } from '../errors/index.ts'
import { otherVersionLines, VERSION_LINE } from '../frame/index.ts'
import { oldNode } from './node-version.ts'
import type { Phase } from './contract.ts'

/** Problems of the process that prevent the start of any app. */
export function unfitProcess(): SetupProblem[] {
  return [...oldNode(), ...otherVersions()]
}

/** Copies of one version share frames, transactions and brands; those of other versions do not. */
function otherVersions(): SetupProblem[] {
  return otherVersionLines().map(({ line, file }) => ({
    code: 'ERR_CORE_COPIES',
    place: 'app',
    message: `Versions ${VERSION_LINE} and ${line} of @keelson/core are loaded together, the latter from ${file}: they share neither frames nor transactions.`,
    remedy: 'Find the packages that need it with `npm ls @keelson/core`, and make all use one version.',
  }))
}

const ANOTHER = 'Make another app with createApp, and do not use this one after stop().'

const MISUSES = {
  restarted: {
    message: 'It was stopped and cannot start again.',
    remedy: 'Make a new app with createApp().',
  },
  invokedEarly: {
    message: 'It called invoke() before all plugins had started.',
    remedy: 'Call it in started, or later.',
  },
  listensLate: {
    message: 'The app is stopped or stopping, as an app is that could not listen before.',
    remedy: 'Make another app with createApp to listen again.',
  },
  listensAlready: {
    code: 'ERR_CORE_LISTEN',
    message: 'The app listens already, or is about to.',
    remedy: 'Call it once. Make a second app for a second port.',
  },
} as const

/** The error of an app that is used in the wrong phase. */
export function misuse(what: keyof typeof MISUSES, place: string): SetupError {
  return new SetupError([{ code: 'ERR_CORE_PHASE', place, ...MISUSES[what] }])
}

interface Standing extends Pick<SetupProblem, 'message' | 'remedy'> {
  readonly title: string
}

const NOT_STARTED: Standing = {
  title: 'The application is not running',
  message: 'Its start is not done.',
  remedy: 'Await app.start() or app.listen() first.',
}

const NOT_RUNNING: { readonly [phase in Phase]?: Standing } = {
  draining: { title: 'The application is stopping', message: 'stop() was called.', remedy: ANOTHER },
  stopped: { title: 'The application has stopped', message: 'It was stopped.', remedy: ANOTHER },
  failed: {
    title: 'The application did not start',
    message: 'Its start failed.',
    remedy: 'See what app.start() rejected with.',
  },
}

/** The error of an app that is used before its start is done, or from its stop on. */
export function notRunning(phase: Phase): SetupError {
  const { title, message, remedy } = NOT_RUNNING[phase] ?? NOT_STARTED
  return new SetupError([{ code: 'ERR_CORE_PHASE', place: 'app', message, remedy }], undefined, title)
}
