/** A signal that asks a process to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT'

/** Options of {@link handleSignals}. */
export interface SignalOptions {
  /**
   * Ends the work of the process. Called once, at the first signal; afterwards nothing keeps the process alive, so it
   * ends by itself. If it fails, the process ends with exit code 1.
   */
  readonly onStop: (signal: StopSignal) => void | Promise<unknown>
  /** Signals to handle; default SIGTERM and SIGINT. */
  readonly signals?: readonly StopSignal[] | undefined
  /** Called with the reason if `onStop` fails, before the process ends. */
  readonly onError?: ((error: unknown) => void) | undefined
}

// Numbers of signals(7). A shell reports 128 + number for a process that a signal ended.
const NUMBERS: Readonly<Record<StopSignal, number>> = { SIGINT: 2, SIGTERM: 15 }

/**
 * Ends a process gracefully at the first SIGTERM or SIGINT, and at once at the second, with exit code 128 + number of the
 * signal. Call it before the start, so that it handles a signal during the start as well.
 *
 * @returns removes the handlers; from then on signals have their default effect
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
    // The handlers stay for the second signal.
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
