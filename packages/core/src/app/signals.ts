/** A signal that asks a process to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT'

/** What {@link handleSignals} needs to know. */
export interface SignalOptions {
  /**
   * Ends the process's work. Called once, at the first signal; when it is done nothing keeps the process alive, so it
   * ends by itself. When it fails, the process ends with exit code 1.
   */
  readonly onStop: (signal: StopSignal) => void | Promise<unknown>
  /** Which signals. Default SIGTERM and SIGINT. */
  readonly signals?: readonly StopSignal[] | undefined
  /** Hears why `onStop` failed, before the process ends. */
  readonly onError?: ((error: unknown) => void) | undefined
}

// By the numbers of signals(7); a shell reports 128 + number for a process that a signal ended.
const NUMBERS: Readonly<Record<StopSignal, number>> = { SIGINT: 2, SIGTERM: 15 }

/**
 * Ends a process in order at the first SIGTERM or SIGINT, and at once at the second, with exit code 128 + number of the
 * signal. Install it before starting, so that a signal during the start is heard, too.
 *
 * @returns takes the handlers away again; from then on a signal does what it does by default
 * @example
 * const release = handleSignals({ onStop: () => app.stop() })
 */
export function handleSignals({
  onStop,
  signals = ['SIGTERM', 'SIGINT'],
  onError,
}: SignalOptions): () => void {
  let hasSignalled = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (hasSignalled) process.exit(128 + NUMBERS[signal as StopSignal])
    hasSignalled = true
    // The handlers stay, so that the second signal finds them.
    stop(signal as StopSignal).catch((error: unknown) => {
      onError?.(error)
      process.exitCode = 1
      process.exit()
    })
  }
  const stop = async (signal: StopSignal): Promise<void> => {
    await onStop(signal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
