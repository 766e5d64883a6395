import { assertWholeNumber } from './key-value-argument.ts'
import { MAX_RANDOM_BYTES, MAX_RANDOM_INT } from './random.ts'

const BYTE_COUNTS = [0, MAX_RANDOM_BYTES] as const
const BOUNDS = [1, MAX_RANDOM_INT] as const

/** @throws {PortArgumentError} when no source may return that many bytes at once */
export function assertByteCount(length: number): void {
  assertWholeNumber('The length of bytes', length, BYTE_COUNTS)
}

/** @throws {PortArgumentError} when no source can draw below this bound */
export function assertBelow(below: number): void {
  assertWholeNumber('The bound of int', below, BOUNDS)
}
