import { currentFrame } from '@keelson/core'

/** The wait for something that goes on: it ends with the signal, or with that of the frame. */
export function withinSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const frame = currentFrame()
  if (signal === undefined && frame === undefined) return work
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      leave()
      // Users may abort with anything; it goes on as it is.
      reject((signal?.aborted === true ? signal.reason : frame?.abortReason) as Error)
    }
    const leave = (): void => {
      signal?.removeEventListener('abort', onAbort)
      frame?.removeAbortListener(onAbort)
    }
    work.finally(leave).then(resolve, reject)
    if (signal?.aborted === true) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    frame?.addAbortListener(onAbort)
  })
}
