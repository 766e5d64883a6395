#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './run.ts'

const io = {
  cwd: process.cwd(),
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
}
// A reader that has seen enough (`keelson routes | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const code = await runCli(process.argv.slice(2), io)
// The app's module may hold timers or sockets that nobody will close; what was written goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
