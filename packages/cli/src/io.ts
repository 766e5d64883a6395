import type { CommandIo } from '@keelson/core'
import { printableText } from '@keelson/core/spi'

/** Input and output of the command; tests have their own. */
export type CliIo = CommandIo

/** The streams of a process. */
export interface ProcessStreams {
  readonly cwd: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether somebody looks at the output; else a file or a program gets it, as it is. */
  readonly isTerminal: boolean
}

/** Input and output of a process: names of a database and answers of a route may be anything, and must not control a terminal. */
export function processIo({ cwd, out, err, isTerminal }: ProcessStreams): CliIo {
  return {
    cwd,
    out: isTerminal ? (text) => out(printableText(text)) : out,
    err: (text) => err(printableText(text)),
  }
}
