import { currentFrame } from '@keelson/core'
import { waitUntil } from '@keelson/core/ports'

/** The wait for something that goes on: it ends with the signal, or with that of the frame. */
export function withinSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const frame = currentFrame()
  return signal === undefined && frame === undefined ? work : waitUntil(() => work, { signal, frame })
}
