#!/usr/bin/env node
import { writeSync } from 'node:fs'
import * as nodeModule from 'node:module'
import process from 'node:process'
import { FrameworkError } from '@keelson/core'
import { redirectLogs } from '@keelson/core/spi'
import { processIo } from './io.ts'
import { runCli } from './run.ts'

const STDERR = 2
// Output of the app goes to stderr: `keelson manifest > file` must hold the manifest alone.
const answer = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr)
redirectLogs(STDERR)
// Exists in Node 22 from 22.14 on. Stack traces of a compiled app then show the lines of its source.
nodeModule.setSourceMapsSupport?.(true)

const io = processIo({
  cwd: process.cwd(),
  out: (text) => void answer(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
})
let hasEnded = false
let isOfPlugin = false
// A reader that closes the pipe (`keelson routes | head`) is not a failure. A stream of `keelson call` ends with it; a migration must not.
for (const output of [process.stdout, process.stderr])
  output.on('error', (error: NodeJS.ErrnoException) => {
    const isClosed = error.code === 'EPIPE'
    if (isClosed && isOfPlugin) return
    hasEnded = true
    process.exit(isClosed ? 0 : 1)
  })

process.once('exit', (code) => {
  if (hasEnded) return
  writeSync(STDERR, `The app ended the process with exit code ${code} before the command was done.\n`)
  process.exitCode = 1
})

// What a file of the app does not await fails without it, in seeds and migrations mostly: a sentence, and the command goes on to tell its own.
let isUnawaited = false
process.on('unhandledRejection', (reason) => {
  if (!FrameworkError.is(reason)) {
    // The app has a listener of its own, which decides.
    if (process.listenerCount('unhandledRejection') > 1) return
    throw reason
  }
  isUnawaited = true
  io.err(`A function that nobody awaits failed: ${reason.message}\n`)
})

const code = await runCli(process.argv.slice(2), io, () => {
  isOfPlugin = true
})
hasEnded = true
// The app's module may leave timers or sockets open, so the process ends here, after both outputs are flushed.
answer('', () => process.stderr.write('', () => process.exit(code === 0 && isUnawaited ? 1 : code)))
