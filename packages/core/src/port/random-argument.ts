import { PortArgumentError } from './port-error.ts'
import { MAX_RANDOM_BYTES, MAX_RANDOM_INT } from './random.ts'

/** @throws {PortArgumentError} when no source may give so many bytes at once */
export function assertByteCount(length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > MAX_RANDOM_BYTES) {
    throw new PortArgumentError(
      `bytes takes a whole number from 0 to ${MAX_RANDOM_BYTES}, not ${String(length)}.`,
    )
  }
}

/** @throws {PortArgumentError} when no source can draw below this bound */
export function assertBelow(below: number): void {
  if (!Number.isInteger(below) || below < 1 || below > MAX_RANDOM_INT) {
    throw new PortArgumentError(`int takes a whole number from 1 to ${MAX_RANDOM_INT}, not ${String(below)}.`)
  }
}
