// Lines are gathered and written together, never more than one write under way.
import { write } from 'node:fs'

const STDOUT = 1
const FLUSH_AFTER_MS = 50
const FLUSH_AT_CHARACTERS = 16_384

let pending = ''
let isWriting = false

/** Adds a line of JSON to the log. */
export function log(line: object): void {
  if (pending === '') setTimeout(flush, FLUSH_AFTER_MS).unref()
  pending += `${JSON.stringify(line)}\n`
  if (pending.length >= FLUSH_AT_CHARACTERS) flush()
}

function flush(): void {
  if (isWriting || pending === '') return
  isWriting = true
  write(STDOUT, pending, (error) => {
    isWriting = false
    if (error !== null) process.stderr.write(`log: ${error.message}\n`)
    else if (pending.length >= FLUSH_AT_CHARACTERS) flush()
    else if (pending !== '') setTimeout(flush, FLUSH_AFTER_MS).unref()
  })
  pending = ''
}
