import { SetupError, type SetupProblem } from '../errors/index.ts'
import { foreignLines, VERSION_LINE } from '../frame/index.ts'
import { oldNode } from './node-version.ts'
import type { Phase } from './contract.ts'
import type { Plugin } from './plugin-contract.ts'
import { placeOf } from './plugin-value.ts'

/** What of the process does not let an app start. */
export function unfitProcess(): SetupProblem[] {
  return [...oldNode(), ...foreignCopies()]
}

/** Copies of one version share frames, transactions and brands; others would not see who calls, nor what has committed. */
function foreignCopies(): SetupProblem[] {
  return foreignLines().map(({ line, file }) => ({
    code: 'ERR_CORE_COPIES',
    place: 'app',
    message: `Versions ${VERSION_LINE} and ${line} of @keelson/core are loaded together, the latter from ${file}: they share neither frames nor transactions.`,
    remedy: 'See who brings it with `npm ls @keelson/core`, and have all take one version.',
  }))
}

export function stopped(phase: Phase): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app',
    message: `It was told to stop (phase '${phase}') and does not start again.`,
    remedy: 'Make a new app with createApp().',
  }
}

/** What is told to who uses an app before its start is done, or from its stop on. */
export function notRunning(phase: Phase): SetupError {
  const { title, message, remedy } = NOT_RUNNING[phase] ?? NOT_STARTED
  return new SetupError([{ code: 'ERR_CORE_PHASE', place: 'app', message, remedy }], undefined, title)
}

interface Standing extends Pick<SetupProblem, 'message' | 'remedy'> {
  readonly title: string
}

const ANOTHER = 'Make another app with createApp, and do not use this one after stop().'

const NOT_STARTED: Standing = {
  title: 'The application is not running',
  message: 'Its start is not done.',
  remedy: 'Await app.start() or app.listen() first.',
}

const NOT_RUNNING: { readonly [phase in Phase]?: Standing } = {
  draining: { title: 'The application is stopping', message: 'It was told to stop.', remedy: ANOTHER },
  stopped: { title: 'The application has stopped', message: 'It was stopped.', remedy: ANOTHER },
  failed: {
    title: 'The application did not start',
    message: 'Its start failed.',
    remedy: 'See what app.start() rejected with.',
  },
}

export function invokedEarly(plugin: Plugin): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: placeOf(plugin),
    message: 'It called invoke() while plugins start; operations are there when all have.',
    remedy: 'Call it from started on.',
  }
}

export function stoppedBefore(): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app.listen()',
    message: 'The app is stopped, or about to be; so is one that could not listen before.',
    remedy: 'Make another app with createApp to listen again.',
  }
}

export function listensAlready(): SetupProblem {
  return {
    code: 'ERR_CORE_LISTEN',
    place: 'app.listen()',
    message: 'The app listens already, or is about to.',
    remedy: 'Call it once. Make a second app for a second port.',
  }
}
