/** A destination that must be written before the process ends. */
export interface ExitFlushable {
  flushAtExit(): void
}

const open = new Set<ExitFlushable>()
let exiting = false

/** Whether the process exits: there is no event loop any more, so lines must be written at once. */
export function isExiting(): boolean {
  return exiting
}

/**
 * Writes out a destination when the process exits: at its natural end, by `process.exit`, by an uncaught exception or
 * rejection. One listener serves all, while a destination is open. Signals without a handler, and
 * `process.abort`, end the process without it.
 */
export function flushAtExit(destination: ExitFlushable): void {
  if (open.size === 0) process.on('exit', onExit)
  open.add(destination)
}

/** Removes a destination. */
export function forgetAtExit(destination: ExitFlushable): void {
  if (open.delete(destination) && open.size === 0) process.off('exit', onExit)
}

function onExit(): void {
  exiting = true
  for (const destination of open) destination.flushAtExit()
}
