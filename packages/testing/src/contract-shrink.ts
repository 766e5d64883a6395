// Plain attempts, the largest step first. fast-check narrows a number or text by halving, which stops where a handler fails
// for scattered values, such as odd ones. Whether a smaller value is still valid, the app decides.
import { isRecord } from '@keelson/core/spi'
import type { ContractCase } from './contract-shape.ts'

const PLACES = ['params', 'query', 'headers', 'cookies', 'body'] as const
const SMALL_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** Cases that are a little smaller than one, each in one place. */
export function* smallerCases(input: ContractCase): Generator<ContractCase> {
  if (input.isHead) yield { ...input, isHead: false }
  for (const place of PLACES) {
    for (const value of smallerValues(input[place])) yield { ...input, [place]: value }
  }
}

/** Values of the same kind that are a little smaller, the smallest first. */
function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield* smallerNumbers(value)
  else if (typeof value === 'string') yield* smallerTexts(value)
  else if (value instanceof Uint8Array) yield* smallerBytes(value)
  else if (Array.isArray(value)) yield* smallerLists(value)
  else if (isRecord(value)) yield* smallerRecords(value)
}

function* smallerBytes(bytes: Uint8Array): Generator<Uint8Array> {
  if (bytes.byteLength === 0) return
  yield bytes.slice(0, bytes.byteLength >> 1)
  if (bytes.byteLength > 1) yield bytes.slice(1)
}

function* smallerNumbers(value: number): Generator<number> {
  const sign = Math.sign(value)
  const size = Math.abs(value)
  if (sign < 0) yield size
  for (const small of SMALL_NUMBERS) if (small < size) yield small * sign + 0
  for (const less of [size / 2, size * 0.9, size * 0.99, size, size - 1].map(Math.trunc)) {
    if (less < size && less > 10) yield less * sign
  }
}

function* smallerTexts(text: string): Generator<string> {
  if (text === '') return
  const letters = Array.from(text)
  const half = letters.slice(0, letters.length >> 1).join('')
  yield ''
  if (letters.length > 1) {
    yield half
    if (letters.length > 10) yield letters.slice(0, Math.trunc(letters.length * 0.9)).join('')
    yield letters.slice(1).join('')
    yield letters.slice(0, -1).join('')
  }
  const plain = 'a'.repeat(letters.length)
  if (plain !== text) yield plain
}

function* smallerLists(list: readonly unknown[]): Generator<unknown> {
  if (list.length > 3) {
    yield list.slice(0, list.length >> 1)
    yield list.slice(0, Math.trunc(list.length * 0.9))
  }
  yield* list.filter(isContainer)
  for (const [at, item] of list.entries()) {
    yield list.toSpliced(at, 1)
    for (const smaller of smallerValues(item)) yield list.with(at, smaller)
  }
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value)
}

function* smallerRecords(record: Readonly<Record<string, unknown>>): Generator<unknown> {
  yield* Object.values(record).filter(isContainer)
  // Members are removed before they are reduced, so that no attempts are spent on values that do not matter.
  for (const name of Object.keys(record)) {
    const { [name]: _, ...rest } = record
    yield rest
  }
  for (const [name, member] of Object.entries(record)) {
    for (const smaller of smallerValues(member)) yield { ...record, [name]: smaller }
  }
}
