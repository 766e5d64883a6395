import type { SetupProblem } from '../errors/index.ts'
import type { Phase } from './contract.ts'

export function stopped(phase: Phase): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app',
    message: `It was told to stop (phase '${phase}') and does not start again.`,
    remedy: 'Make a new app with createApp().',
  }
}

export function notStarted(phase: Phase): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app',
    message: `It is not running (phase '${phase}').`,
    remedy: 'Await app.start() or app.listen() first, and do not use it after stop().',
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
